"""The load generator for many small requests: one process on one core, bare sockets, requests made beforehand.

Each client keeps one connection and sends its next request as soon as the answer to the last one is whole. Reads a plan
(JSON) from standard input and writes what it saw (JSON) to standard output. It talks to 127.0.0.1 only and stops after
the plan's seconds. What keeps it from being the bottleneck is that it does next to nothing for a request: about 20
microseconds, of which the kernel takes most. How busy it was stands in what it tells, so that nobody has to believe it.
"""

import json
import selectors
import socket
import sys
import time
from array import array
from typing import Any, Final

import psutil

from bench.pinning import pin

TOKEN: Final = b"@TOKEN@"
"""Place in a request for the newest value of the plan's cookie, which each answer renews."""

_MOST_SECONDS: Final = 120.0
_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "
_MOST: Final = 1 << 16


class Client:
    """One connection with at most one request under way."""

    __slots__ = ("_after", "_before", "_cookie", "_received", "_sent", "_socket", "_token")

    def __init__(self, port: int, told: dict[str, str], cookie: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._before, _, self._after = told["request"].encode("latin-1").partition(TOKEN)
        self._token = told.get("token", "").encode()
        self._cookie = f"set-cookie: {cookie}=".encode() if cookie else b""
        self._received = b""
        self._sent = 0.0

    def fileno(self) -> int:
        """For the selector."""
        return self._socket.fileno()

    def send(self) -> None:
        """Send the next request."""
        self._sent = time.perf_counter()
        self._socket.sendall(self._before + self._token + self._after)

    def receive(self) -> tuple[float, bytes] | None:
        """Seconds since the request was sent and the status, when the answer is whole; status 000 when it never is."""
        arrived = self._socket.recv(_MOST)
        answer = self._received + arrived if self._received else arrived
        head = answer.find(_HEAD_END)
        if head >= 0:
            at = answer.find(_LENGTH, 0, head)
            length = int(answer[at + len(_LENGTH) : answer.index(b"\r", at)]) if at >= 0 else 0
            if len(answer) >= head + len(_HEAD_END) + length:
                self._received = b""
                self._renew(answer)
                return time.perf_counter() - self._sent, answer[9:12]
        if not arrived:
            return time.perf_counter() - self._sent, b"000"
        self._received = answer
        return None

    def _renew(self, answer: bytes) -> None:
        if self._cookie and (at := answer.find(self._cookie)) >= 0:
            self._token = answer[at + len(self._cookie) : answer.index(b";", at)]


def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Let all clients ask for the plan's seconds; what they saw after its warm-up."""
    seconds, warm_up = min(float(plan["seconds"]), _MOST_SECONDS), float(plan["warm_up"])
    selector = selectors.DefaultSelector()
    clients = [Client(plan["port"], told, plan.get("cookie", "")) for told in plan["clients"]]
    for client in clients:
        selector.register(client, selectors.EVENT_READ, client)
    took, statuses = array("d"), dict[bytes, int]()
    begun = time.perf_counter()
    counting, until = begun + warm_up, begun + warm_up + seconds
    used, busy = 0.0, _busy(plan["core"])
    for client in clients:
        client.send()
    open_clients = len(clients)
    counted = False
    while (now := time.perf_counter()) < until and open_clients:
        if not counted and now >= counting:
            counted, used, busy, counting = True, time.process_time(), _busy(plan["core"]), now
        for key, _ in selector.select(0.5):
            answered = key.data.receive()
            if answered is None:
                continue
            if counted:
                took.append(answered[0])
                statuses[answered[1]] = statuses.get(answered[1], 0) + 1
            if answered[1] == b"000":
                selector.unregister(key.data)
                open_clients -= 1
            else:
                key.data.send()
    span = time.perf_counter() - counting
    ordered = sorted(took)
    return {
        "a_second": len(ordered) / span,
        "p50": _percentile(ordered, 0.5) * 1000,
        "p99": _percentile(ordered, 0.99) * 1000,
        "statuses": {status.decode("latin-1"): count for status, count in statuses.items()},
        "own_share": (time.process_time() - used) / span,
        "core_busy": min(1.0, (_busy(plan["core"]) - busy) / span),
    }


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _busy(core: int) -> float:
    """Seconds that this core was busy so far, with whatever."""
    times = psutil.cpu_times(percpu=True)[core]
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    pin(asked["core"])
    json.dump(run(asked), sys.stdout)
