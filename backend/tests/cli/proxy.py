"""A reverse proxy as operators configure them: well, or with one of the usual mistakes."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Proxy:
    """`appends` writes the caller into X-Forwarded-For; `host` is handed on instead of the caller's; `drops` are parts
    that are cut out of Set-Cookie."""

    server_port: int
    port: int = 0
    appends: bool = True
    host: str | None = None
    drops: list[str] = field(default_factory=list)


@contextmanager
def running_proxy(proxy: Proxy) -> Iterator[Proxy]:
    """The proxy on a free port, until the block ends; its mistakes may be changed meanwhile."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            if proxy.appends:
                before = headers.get("X-Forwarded-For")
                headers["X-Forwarded-For"] = ", ".join(hop for hop in (before, self.client_address[0]) if hop)
            if proxy.host is not None:
                headers["Host"] = proxy.host
            upstream = http.client.HTTPConnection("127.0.0.1", proxy.server_port, timeout=15)
            try:
                upstream.request(self.command, self.path, body, headers)
                answer = upstream.getresponse()
                told = answer.read()
            except OSError:
                self.send_error(502)
                return
            finally:
                upstream.close()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() in {"connection", "transfer-encoding", "content-length"}:
                    continue
                for dropped in proxy.drops if name.lower() == "set-cookie" else ():
                    value = value.replace(dropped, "")  # noqa: PLW2901 -- one mistake after the other
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_GET = handle_any  # noqa: N815 -- the library's names
        do_POST = handle_any  # noqa: N815 -- as above

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", proxy.port), Handler)
    proxy.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
