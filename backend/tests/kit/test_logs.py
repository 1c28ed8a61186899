import asyncio
import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import structlog

from doorstep.kit import logs
from doorstep.kit.log_lines import LogLines


class Terminal(io.StringIO):
    """A stream that somebody sits before."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def stream(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """A log of level info, into a file unless the test says otherwise; what pytest and others had set is put back."""
    root = logging.getLogger()
    handlers, level, before = root.handlers, root.level, structlog.get_config()
    out: io.StringIO = getattr(request, "param", io.StringIO)()
    logs.configure("info", out)
    yield out
    root.handlers, root.level = handlers, level
    structlog.configure(**before)


@contextmanager
def bound(**named: str) -> Iterator[None]:
    before = logs.BOUND.set(named)
    yield
    logs.BOUND.reset(before)


def entries(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.asvs("v5.0.0-16.2.4", "v5.0.0-16.4.1")
def test_one_json_line_with_the_request_id(stream: io.StringIO) -> None:
    with bound(request_id="0199"):
        structlog.get_logger().info("request", path="/a\nb", status=200)
    (entry,) = entries(stream)
    assert entry.pop("timestamp")
    assert entry == {"event": "request", "level": "info", "path": "/a\nb", "request_id": "0199", "status": 200}


def test_libraries_leave_by_the_same_door(stream: io.StringIO) -> None:
    with bound(request_id="0199"):
        logging.getLogger("uvicorn.error").warning("invalid %s", "request")
        logging.getLogger("uvicorn.error").info("not heard at level info")
    (entry,) = entries(stream)
    assert (entry["event"], entry["logger"], entry["level"], entry["request_id"]) == (
        "invalid request",
        "uvicorn.error",
        "warning",
        "0199",
    )


def test_less_severe_is_not_written(stream: io.StringIO) -> None:
    structlog.get_logger().debug("probe")
    assert stream.getvalue() == ""


def test_crashes_stay_on_one_line(stream: io.StringIO) -> None:
    try:
        dict[str, str]()["boom"]
    except KeyError:
        structlog.get_logger().exception("crashed")
        logging.getLogger("asyncio").exception("crashed too")
    first, second = entries(stream)
    assert "KeyError: 'boom'" in str(first["exception"])
    assert "KeyError: 'boom'" in str(second["exception"])


@pytest.mark.parametrize(
    "name",
    ["password", "new_password", "token", "access_token", "refreshToken", "client_secret", "Authorization", "cookie"],
)
@pytest.mark.asvs("v5.0.0-16.2.5")
def test_secrets_are_never_written(name: str, stream: io.StringIO) -> None:
    structlog.get_logger().info("seen", **{name: "hunter2"})
    structlog.get_logger().info("deep", seen={"list": [{name: "hunter2"}]})
    assert "hunter2" not in stream.getvalue()
    assert stream.getvalue().count(logs.BLANK) == 2


def test_credentials_in_urls_are_blanked(stream: io.StringIO) -> None:
    structlog.get_logger().info("no answer from postgresql://doorstep:hunter2@db.example/x", urls=["a://u:hunter2@h"])
    logging.getLogger("asyncpg").error("no answer from %s", "postgresql://doorstep:hunter2@db.example/x")
    assert "hunter2" not in stream.getvalue()
    assert stream.getvalue().count("postgresql://doorstep:[redacted]@db.example/x") == 2


@pytest.mark.parametrize("stream", [io.StringIO, Terminal], indirect=True)
def test_credentials_in_what_an_exception_says_are_blanked(stream: io.StringIO) -> None:
    lost = OSError("no answer from postgresql://doorstep:hunter2@db.example/x")
    structlog.get_logger().error("crashed", exc_info=lost)
    logging.getLogger("asyncpg").error("crashed too", exc_info=lost)
    assert "hunter2" not in stream.getvalue()
    assert stream.getvalue().count("OSError: no answer from postgresql://doorstep:[redacted]@db.example/x") == 2


@pytest.mark.asvs("v5.0.0-16.2.2")
def test_times_are_utc_and_say_so(stream: io.StringIO) -> None:
    structlog.get_logger().info("request")
    logging.getLogger("asyncio").warning("from a library")
    for entry in entries(stream):
        told = str(entry["timestamp"])
        assert told.endswith("Z")
        assert abs((datetime.now(UTC) - datetime.fromisoformat(told)).total_seconds()) < 60


def test_what_no_json_can_say_is_written_all_the_same_and_in_ascii(stream: io.StringIO) -> None:
    structlog.get_logger().info("request", path="/\ud800", name="Zoë \x9b31m", what=object)
    (entry,) = entries(stream)
    assert (entry["path"], entry["name"], entry["what"]) == ("/\ud800", "Zoë \x9b31m", repr(object))
    structlog.get_logger().info("request", path="Zoë \x9b31m", what=object)
    assert entries(stream)[1]["path"] == "Zoë \x9b31m"
    assert stream.getvalue().isascii()


class Tape(io.StringIO):
    """Notes the size of each write, and is full when it is told to be."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []
        self.full = False

    def write(self, text: str, /) -> int:
        if self.full:
            raise OSError("no space left")
        self.sizes.append(len(text))
        return super().write(text)


async def test_lines_of_one_turn_leave_in_their_order_with_one_write() -> None:
    tape = Tape()
    lines = LogLines(tape)
    for number in range(3):
        lines.write(f"{number}\n")
        lines.flush()
    assert tape.getvalue() == ""
    await asyncio.sleep(0)
    assert (tape.getvalue(), tape.sizes) == ("0\n1\n2\n", [6])

    # A thread has no turns; what it says takes along what came before it.
    lines.write("3\n")
    lines.flush()
    await asyncio.to_thread(print, "4", file=lines, flush=True)
    assert tape.getvalue() == "0\n1\n2\n3\n4\n"


def test_a_write_is_no_longer_than_a_pipe_takes_whole() -> None:
    """Two workers may share one: what is longer than that is mixed with what the other writes."""
    tape = Tape()
    lines = LogLines(tape)
    written = [f"{number:03} {'x' * 995}\n" for number in range(9)] + ["y" * 9000 + "\n", "z\n"]
    for line in written:
        lines.write(line)
    lines.flush()
    assert tape.getvalue() == "".join(written)
    assert tape.sizes == [4000, 4000, 1000, 9001, 2]


def test_lines_of_a_loop_that_ended_early_leave_with_the_next() -> None:
    tape = Tape()
    lines = LogLines(tape)

    async def speak(text: str, *, last: bool = False) -> None:
        if last:
            asyncio.get_running_loop().stop()  # this turn is its last
        lines.write(text)
        lines.flush()

    def end_early() -> None:
        loop = asyncio.new_event_loop()
        ending = loop.create_task(speak("last words\n", last=True))
        loop.run_forever()
        assert ending.done()
        loop.close()

    end_early()
    assert tape.getvalue() == ""
    asyncio.run(speak("another loop\n"))
    assert tape.getvalue() == "last words\nanother loop\n"
    end_early()
    lines.write("outside\n")
    lines.flush()
    assert tape.getvalue() == "last words\nanother loop\nlast words\noutside\n"


def test_a_full_disk_stops_nobody() -> None:
    tape = Tape()
    lines = LogLines(tape)
    tape.full = True
    lines.write("lost\n")
    lines.flush()
    tape.full = False
    lines.write("kept\n")
    lines.flush()
    assert tape.getvalue() == "kept\n"
