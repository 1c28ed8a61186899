"""What the web layer's tests share."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from doorstep.web.site import Site
from doorstep.web.site_build import build
from tests.web.app import client_of, make_app

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{0}</title></head>
<body><h1>{0}</h1><script>window.page = "{0}";</script><script src="/_next/static/chunks/a1b2.js" async></script>
<script>self.__next_f = [1, "{0} &amp; \\u003c é"];</script></body></html>
"""


def write_export(folder: Path) -> Path:
    """What `next build` leaves, in small."""
    files: dict[str, bytes] = {
        "index.html": PAGE.format("Home").encode(),
        "login/index.html": PAGE.format("Login").encode(),
        "login/index.txt": b'1:"the payload of the login page"\n' * 20,
        "login/__next.login/__PAGE__.txt": b'1:"a segment"\n' * 20,
        "404.html": PAGE.format("Nothing here").encode(),
        "404/index.html": PAGE.format("Nothing here").encode(),
        "_not-found/index.html": PAGE.format("Nothing here").encode(),
        "_next/static/chunks/a1b2.js": b"console.log('a chunk of the site');" * 50,
        "_next/static/media/face.woff2": gzip.compress(bytes(range(256)) * 8, mtime=0),
        "icon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'></svg>" * 5,
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write_export(tmp_path / "out")


@pytest.fixture
def site(tmp_path: Path, export: Path) -> Site:
    build(export, tmp_path / "site")
    return Site(tmp_path / "site")


@pytest.fixture
def app(site: Site) -> FastAPI:
    return make_app(site=site)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as talking:
        yield talking
