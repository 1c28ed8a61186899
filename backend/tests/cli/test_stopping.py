"""Stopping with notice: `/readyz` says it first, requests go on, then the listener closes."""

import http.client
import signal
from pathlib import Path

import pytest

from doorstep.kit.departure import Departure, Stopping
from tests.cli.process import served
from tests.waiting import wait_for


@pytest.mark.parametrize("workers", ["1", "2"])
def test_sigterm_gives_notice(place: Path, workers: str) -> None:
    with served(place, "--workers", workers, DOORSTEP_STOP_NOTICE="15") as server:
        kept = http.client.HTTPConnection("localhost", server.port, timeout=15)
        kept.request("GET", "/healthz")
        assert kept.getresponse().read()
        server.process.send_signal(signal.SIGTERM)
        told = wait_for(lambda: server.answers("/readyz", 503), "it says that it stops")
        assert told.json()["checks"] == {"database": "ok", "migrations": "ok", "keys": "ok", "running": "failed"}
        # Connections that are kept end with their next answer, and new ones are served.
        wait_for(lambda: ends(kept), "a kept connection ends")
        for path in ("/healthz", "/api/v1/plans", "/api/v1/auth/challenge"):
            answer = server.ask(path)
            assert answer is not None
            assert answer.status == 200
            assert answer.headers["connection"] == "close"
        assert server.stop(signal.SIGINT) == 0  # ends the notice in one process; several have it to its end


def ends(kept: http.client.HTTPConnection) -> bool:
    kept.request("GET", "/healthz")
    answer = kept.getresponse()
    answer.read()
    return answer.headers["connection"] == "close"


def test_the_notice_ends_by_itself(place: Path) -> None:
    with served(place, DOORSTEP_STOP_NOTICE="0.2") as server:
        assert server.stop(signal.SIGTERM) == 0
        assert "Stopped." in server.printed


async def test_without_a_server_program_the_signal_is_not_ours() -> None:
    departure = Departure(60)
    before = signal.getsignal(signal.SIGTERM)
    with departure.announced():
        assert signal.getsignal(signal.SIGTERM) is before
    await departure.require_staying()
    departure.is_near = True
    with pytest.raises(Stopping):
        await departure.require_staying()
