"""Bodies: bounded, JSON under /api/, strict, and never a 5xx whatever they hold."""

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.app import client_of, make_app
from tests.web.test_problems import GOOD, problem_of

JSON = {"content-type": "application/json"}
LIMIT = 65_536


async def test_a_body_up_to_the_limit_passes(client: httpx.AsyncClient) -> None:
    body = b'"' + b"x" * (LIMIT - 2) + b'"'
    assert (await client.post("/api/anything", content=body, headers=JSON)).json() == {"bytes": LIMIT}


@pytest.mark.asvs("v5.0.0-5.2.1")
async def test_a_larger_body_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/anything", content=b"x" * (LIMIT + 1), headers=JSON)
    problem_of(answer, 413, "too_large")
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp",
     "application/json; charset=utf-16", "application/problem+json", ""],
)  # fmt: skip
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.asvs("v5.0.0-3.5.2")
async def test_only_json_is_read_under_api(client: httpx.AsyncClient, method: str, content_type: str | None) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    problem_of(await client.request(method, "/api/echo", content=b"{}", headers=headers), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"']
)
async def test_json_may_name_its_charset(client: httpx.AsyncClient, content_type: str) -> None:
    answer = await client.post("/api/people", json=GOOD, headers={"content-type": content_type})
    assert answer.status_code == 201


async def test_a_compressed_body_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.put("/api/echo", content=b"{}", headers={**JSON, "content-encoding": "gzip"})
    problem_of(answer, 415, "unsupported_media_type")


async def test_a_request_without_body_needs_no_content_type(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/anything")).json() == {"bytes": 0}


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"{'a': 1}", b'{"a": 1,}', b"{} {}", b" ", b"\x00", b'{"a": "\x00"}', b'"\n"', b"nul",
        b'{"a": 1, "a": 2}', b'{"a": {"b": 1, "b": 1}}', b'{"a": 1, "\\u0061": 2}',
        b"NaN", b"Infinity", b"-Infinity", b'{"a": NaN}', b"1e999", b"9" * 5000,
        b"[" * 60_000, b'{"a":' * 10_000, b"[" * 40 + b"]" * 40,
        b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", "é".encode("latin-1"), b'"\xed\xa0\x80"', b'"\xc0\xaf"',
    ],
)  # fmt: skip
@pytest.mark.asvs("v5.0.0-1.5.3", "v5.0.0-15.3.7")
async def test_what_is_not_strict_json_is_malformed(client: httpx.AsyncClient, body: bytes) -> None:
    problem_of(await client.put("/api/echo", content=body, headers=JSON), 400, "malformed_json")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (rb'{"a": {"b": ["x", "\u0000"]}}', "/a/b/1"),
        (rb'{"a": "\ud800"}', "/a"),
        (rb'{"a": "\udc00\ud800"}', "/a"),
        (rb'{"a": {"\ud800": 1}}', "/a"),
        (rb'{"\u0000": 1}', ""),
    ],
)
@pytest.mark.asvs("v5.0.0-1.3.3")
async def test_text_that_cannot_be_stored_is_refused_at_its_field(
    client: httpx.AsyncClient, body: bytes, pointer: str
) -> None:
    answer = await client.put("/api/echo", content=body, headers=JSON)
    assert [error["pointer"] for error in problem_of(answer, 422, "validation_failed")["errors"]] == [pointer]


async def test_whole_surrogate_pairs_and_depth_within_reason_pass(client: httpx.AsyncClient) -> None:
    body = rb'{"smile": "\ud83d\ude00", "deep": ' + b"[" * 30 + b"]" * 30 + b"}"
    answer = await client.put("/api/echo", content=body, headers=JSON)
    assert answer.json()["smile"] == "😀"


async def test_headers_without_end_are_refused(client: httpx.AsyncClient) -> None:
    problem_of(await client.get("/api/twice", headers={"cookie": "x" * 20_000}), 431, "headers_too_large")
    problem_of(await client.get("/api/twice?" + "x" * 20_000), 431, "headers_too_large")


text = st.text(alphabet=st.characters(codec=None), max_size=40)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


@given(body=st.binary(max_size=200))
async def test_no_bytes_make_a_5xx(body: bytes) -> None:
    async with client_of(make_app()) as client:
        for path in ("/api/people", "/api/anything", "/api/nowhere"):
            assert (await client.post(path, content=body, headers=JSON)).status_code < 500


@given(document=documents | st.fixed_dictionaries({"email": documents, "password": documents}))
async def test_no_document_makes_a_5xx(document: object) -> None:
    async with client_of(make_app()) as client:
        body = json.dumps(document).encode()
        for method, path in (("POST", "/api/people"), ("PUT", "/api/echo")):
            assert (await client.request(method, path, content=body, headers=JSON)).status_code < 500
