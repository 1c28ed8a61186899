"""The public URL is compared with what browsers send, so it is kept as they write it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.builders import settings_for


def origin_for(url: str) -> str:
    return settings_for("postgresql://nowhere/nothing", Path("data"), public_url=url).origin


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://door.example.org", "https://door.example.org"),
        ("https://door.example.org/", "https://door.example.org"),
        ("HTTPS://Door.Example.ORG", "https://door.example.org"),
        ("https://door.example.org:443", "https://door.example.org"),
        ("https://door.example.org:443/", "https://door.example.org"),
        ("https://door.example.org:8443", "https://door.example.org:8443"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://192.0.2.1", "https://192.0.2.1"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://localhost:8000/", "http://localhost:8000"),
        ("http://LOCALHOST:80", "http://localhost"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("", "http://localhost:8000"),
    ],
)
def test_it_is_kept_as_browsers_write_it(given: str, kept: str) -> None:
    assert origin_for(given) == kept


@pytest.mark.parametrize(
    "url",
    [
        "door.example.org", "//door.example.org", "https://", "https:///", "https:door.example.org", "ftp://door.example.org",
        "https://door.example.org/path", "https://door.example.org//", "https://door.example.org?x", "https://door.example.org#x",
        "https://user@door.example.org", "https://user:password@door.example.org", "https://door.example.org:port",
        "https://door.example.org:99999", "https://door.example.org:", "https://door example.org", "https://bücher.example",
        "https://door.example.org.evil\\@x", "https://*.example.org", "https://[::1", "https://a,b", "null", " https://a.b",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="must be a scheme and a host"):
        origin_for(url)


@pytest.mark.parametrize("url", ["http://door.example.org", "http://192.0.2.1", "http://localhost.example.org"])
def test_plain_http_is_for_this_machine_only(url: str) -> None:
    with pytest.raises(ValidationError, match="must be https"):
        origin_for(url)


def test_the_usual_port_is_left_out_of_the_default_too() -> None:
    assert settings_for("postgresql://nowhere/nothing", Path("data"), port=80).origin == "http://localhost"
