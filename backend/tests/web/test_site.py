"""The site: what the manifest names and nothing else, in the best encoding, kept as long as it may be."""

import gzip
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import brotli
import httpx
import pytest
from fastapi import FastAPI

from doorstep.web.page_policy import TRUSTED_TYPES_SCRIPT
from doorstep.web.site import Site
from doorstep.web.site_build import BuildRefused, build, main
from tests.web.app import client_of, make_app
from tests.web.test_problems import problem_of

CHUNK = "/_next/static/chunks/a1b2.js"


def digest(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


@pytest.mark.parametrize("path", ["/login", "/login/", "/login?next=/dashboard", "/login/?email=x"])
@pytest.mark.asvs("v5.0.0-4.1.1")
async def test_a_page_is_served_with_and_without_the_slash(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert "<h1>Login</h1>" in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.asvs("v5.0.0-3.4.3")
async def test_a_page_names_exactly_its_own_inline_scripts(client: httpx.AsyncClient) -> None:
    answer = await client.get("/login")
    scripts = next(
        part for part in answer.headers["content-security-policy"].split("; ") if part.startswith("script-src")
    )
    assert scripts.split() == [
        "script-src",
        "'self'",
        digest(TRUSTED_TYPES_SCRIPT),
        digest('window.page = "Login";'),
        digest('self.__next_f = [1, "Login &amp; \\u003c é"];'),
    ]
    assert "require-trusted-types-for 'script'; trusted-types default" in answer.headers["content-security-policy"]


async def test_the_trusted_types_policy_comes_before_every_other_script(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert page.index("<script") == page.index(f"<script>{TRUSTED_TYPES_SCRIPT}</script>")
    assert page.index("<script") == page.index("<head>") + len("<head>")


@pytest.mark.parametrize("path", ["/", CHUNK, "/icon.svg", "/login/index.txt", "/login/__next.login/__PAGE__.txt"])
async def test_each_encoding_is_the_same_content_under_its_own_etag(client: httpx.AsyncClient, path: str) -> None:
    etags = set()
    contents = set()
    for coding, decode in (("br", brotli.decompress), ("gzip", gzip.decompress), ("identity", bytes)):
        async with client.stream("GET", path, headers={"accept-encoding": coding}) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        assert answer.headers.get("content-encoding", "identity") == coding
        assert answer.headers["vary"] == "Accept-Encoding"
        assert int(answer.headers["content-length"]) == len(raw)
        etags.add(answer.headers["etag"])
        contents.add(decode(raw))
    assert len(etags) == 3
    assert len(contents) == 1


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("BR", "br"),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "gzip"),
        ("identity, br;q=0.5", None),
        ("identity;q=0.5, gzip;q=0.8", "gzip"),
        ("identity;q=0", None),
        ("zstd", None),
        ("", None),
        ("br;q=garbage", None),
        (";;,,q=,=", None),
    ],
)
async def test_the_encoding_is_the_one_the_browser_likes_best(
    client: httpx.AsyncClient, accepted: str, sent: str | None
) -> None:
    answer = await client.get(CHUNK, headers={"accept-encoding": accepted})
    assert answer.headers.get("content-encoding") == sent


async def test_what_is_compressed_already_is_left_alone(client: httpx.AsyncClient) -> None:
    answer = await client.get("/_next/static/media/face.woff2", headers={"accept-encoding": "br, gzip"})
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-type"] == "font/woff2"


async def test_hashed_files_never_change(client: httpx.AsyncClient) -> None:
    answer = await client.get(CHUNK)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_the_scripts_that_a_page_starts_with_are_compiled_while_they_arrive(tmp_path: Path, export: Path) -> None:
    chunks = export / "_next/static/chunks"
    (chunks / "later.js").write_text("console.log('for a dialog');")
    (chunks / "old.js").write_text("console.log('for old browsers');")
    page = export / "login/index.html"
    more = '<script src="/_next/static/chunks/old.js" noModule=""></script><script src="/_next/static/chunks/b.js?v=1">'
    page.write_text(page.read_text(encoding="utf-8").replace("</head>", f"{more}</script></head>"), encoding="utf-8")
    (chunks / "b.js").write_text("console.log('named with a query');")
    build(export, tmp_path / "site")
    async with client_of(make_app(site=Site(tmp_path / "site"))) as client:
        for name, ahead in (("a1b2", True), ("b", True), ("later", False), ("old", False)):
            text = (await client.get(f"/_next/static/chunks/{name}.js")).text
            # V8 heeds the line only before everything else.
            assert text.startswith("//# allFunctionsCalledOnLoad\nconsole.log(") is ahead, name
            assert text.removeprefix("//# allFunctionsCalledOnLoad\n") == (chunks / f"{name}.js").read_text()
        policy = (await client.get("/login")).headers["content-security-policy"]
    assert policy.count("'sha256-") == 3


async def test_pictures_are_kept_for_an_hour_and_payloads_are_asked_for_again(client: httpx.AsyncClient) -> None:
    assert (await client.get("/icon.svg")).headers["cache-control"] == "public, max-age=3600"
    assert (await client.get("/login/index.txt")).headers["cache-control"] == "no-cache"


async def test_what_the_browser_has_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/login", headers={"accept-encoding": "br"})
    etag = first.headers["etag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        again = await client.get("/login", headers={"accept-encoding": "br", "if-none-match": known})
        assert again.status_code == 304
        assert again.content == b""
        for name in ("etag", "cache-control", "vary", "content-security-policy"):
            assert again.headers[name] == first.headers[name]
    for unknown in ('"other"', ""):
        assert (await client.get("/login", headers={"if-none-match": unknown})).status_code == 200
    other_coding = await client.get("/login", headers={"accept-encoding": "gzip", "if-none-match": etag})
    assert other_coding.status_code == 200


@pytest.mark.parametrize("path", ["/", CHUNK])
async def test_head_is_get_without_the_body(client: httpx.AsyncClient, path: str) -> None:
    got, headed = await client.get(path), await client.head(path)
    assert headed.status_code == 200
    assert {**headed.headers, "x-request-id": ""} == {**got.headers, "x-request-id": ""}


@pytest.mark.parametrize("path", ["/login", "/login/"])
async def test_a_form_sent_without_its_script_leads_back_and_leaves_no_trace(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.post(path, data={"email": "ada@example.org", "password": "x"}, params={"next": "/dashboard"})
    assert (answer.status_code, answer.content) == (303, b"")
    assert answer.headers["location"] == path
    assert "password" not in str(answer.headers)


@pytest.mark.parametrize(("method", "path"), [("PUT", "/login"), ("DELETE", "/"), ("POST", CHUNK)])
async def test_a_page_or_file_is_only_read(client: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path)
    problem_of(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/nowhere", "/404", "/404/", "/_not-found/", "/login/nowhere", "/_next/gone.js"])
@pytest.mark.asvs("v5.0.0-14.2.5")
async def test_somebody_who_follows_a_dead_link_gets_the_404_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer.status_code == 404
    assert "<h1>Nothing here</h1>" in answer.text
    assert digest(TRUSTED_TYPES_SCRIPT) in answer.headers["content-security-policy"]
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    "path",
    ["/manifest.json", "/index.html.br", "/login/index.html", "/../manifest.json", "/%2e%2e/manifest.json",
     "/..%2f..%2fsite.py", "/login//", "//etc/passwd", "/login%00", "/LOGIN"],
)  # fmt: skip
@pytest.mark.asvs("v5.0.0-5.3.2", "v5.0.0-13.2.5")
async def test_nothing_else_is_reached(client: httpx.AsyncClient, path: str) -> None:
    problem_of(await client.get(path), 404, "not_found")


@pytest.mark.asvs("v5.0.0-13.4.1", "v5.0.0-13.4.3")
@pytest.mark.parametrize(
    "path",
    ["/.git/HEAD", "/.git/config", "/.svn/entries", "/.hg/store", "/.env", "/.DS_Store", "/_next/", "/_next/static/",
     "/_next/static/chunks", "/_next/static/chunks/", "/.well-known/"],
)  # fmt: skip
async def test_neither_the_source_nor_a_list_of_files_is_shown(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    problem_of(answer, 404, "not_found")
    assert "a1b2" not in answer.text


async def test_without_a_site_the_front_page_says_what_to_do(tmp_path: Path) -> None:
    app: FastAPI = make_app(site=Site(tmp_path / "never-built"))
    async with client_of(app) as client:
        answer = await client.get("/", headers={"accept": "text/html"})
        assert answer.status_code == 503
        assert "make site" in answer.text
        assert answer.headers["content-type"].startswith("text/plain")
        problem_of(await client.get("/login", headers={"accept": "text/html"}), 404, "not_found")
        assert (await client.get("/api/twice")).status_code == 200


def test_a_build_is_repeatable_and_replaces_the_last(tmp_path: Path, export: Path) -> None:
    build(export, tmp_path / "site")
    first = {file: file.read_bytes() for file in (tmp_path / "site").rglob("*") if file.is_file()}
    (tmp_path / "site" / "stale.js").write_text("old")
    build(export, tmp_path / "site")
    assert {file: file.read_bytes() for file in (tmp_path / "site").rglob("*") if file.is_file()} == first


@pytest.mark.parametrize(
    "blocked",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        '<p onclick="x()">',
        '<a href=" JavaScript:x()">',
        '<base href="/">',
    ],
)
def test_a_page_that_its_policy_would_block_is_not_built(tmp_path: Path, export: Path, blocked: str) -> None:
    build(export, tmp_path / "site")
    before = (tmp_path / "site" / "manifest.json").read_bytes()
    page = export / "login" / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace("<h1>", f"{blocked}<h1>"), encoding="utf-8")
    with pytest.raises(BuildRefused, match=r"login/index\.html"):
        build(export, tmp_path / "site")
    assert (tmp_path / "site" / "manifest.json").read_bytes() == before


@pytest.mark.asvs("v5.0.0-3.7.1", "v5.0.0-13.4.7")
def test_a_file_of_unknown_kind_is_not_built(tmp_path: Path, export: Path) -> None:
    (export / "notes.docx").write_bytes(b"x")
    with pytest.raises(BuildRefused, match=r"notes\.docx"):
        build(export, tmp_path / "site")


def test_the_command_says_what_is_wrong_in_one_sentence(
    tmp_path: Path, export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(export), str(tmp_path / "site")]) == 0
    assert main([str(tmp_path / "none"), str(tmp_path / "site")]) == 2
    assert main([]) == 2
    assert "npm run build" in capsys.readouterr().err
