"""The front: what happens to every request before the routes see it, and to every answer after, in its order.

One function rather than a middleware for each step: a middleware costs two calls, and another for each message of the
answer, and there would be eleven. docs/decisions/0020 has the figures.
"""

from time import perf_counter

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from doorstep.kit.clock import Clock, utc_now
from doorstep.kit.departure import Departure
from doorstep.kit.entropy import new_id
from doorstep.kit.logs import BOUND
from doorstep.web.access_log import GONE, write_line
from doorstep.web.body import BodyLimit, replay
from doorstep.web.client_address import client_address
from doorstep.web.header_lines import HeaderLines, header_lines, require_bounded
from doorstep.web.host_pin import HostPin
from doorstep.web.json_body import require_json
from doorstep.web.mirror import Mirror
from doorstep.web.problems import answer_failure, failure_of
from doorstep.web.query_once import require_once
from doorstep.web.request_id import callers_id
from doorstep.web.security_headers import SecurityHeaders


class Front:
    """Stands around `app`. What is not an HTTP request (the lifespan, a WebSocket) passes it by."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        trusted_proxies: int,
        headers: SecurityHeaders,
        host_pin: HostPin,
        body_limit: BodyLimit,
        mirror: Mirror | None,
        departure: Departure | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._app = app
        self._trusted_proxies = trusted_proxies
        self._headers = headers
        self._host_pin = host_pin
        self._body_limit = body_limit
        self._mirror = mirror
        self._departure = departure or Departure(0)
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one connection's event stream, as the ASGI specification has it.

        From the id on everything is in the log under it; from the try on, refusing is raising.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        lines = header_lines(scope)
        made = str(new_id(self._clock()))
        state = scope.setdefault("state", {})
        state["request_id"] = made
        state["client_address"] = client_address(scope.get("client"), lines, self._trusted_proxies)
        status = GONE

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = self._headers.added_to(message.get("headers", ()))
                headers.append((b"x-request-id", made.encode()))
                if self._departure.is_near:  # whoever keeps connections goes elsewhere with the next request
                    headers.append((b"connection", b"close"))
                if self._mirror is not None and (shown := self._mirror.line(scope, lines)) is not None:
                    headers.append(shown)
                message = {"type": "http.response.start", "status": status, "headers": headers}
            await send(message)

        theirs = callers_id(lines)
        named = {"request_id": made} if theirs is None else {"request_id": made, "caller_request_id": theirs}
        bound = BOUND.set(named)
        try:
            await self._pass(scope, lines, receive, dressed)
        except Exception as error:
            failure = failure_of(error, Request(scope))
            if status != GONE:  # an answer that has begun is broken off
                raise
            await answer_failure(failure, scope, receive, dressed)
        finally:
            write_line(scope, status, began)
            BOUND.reset(bound)

    async def _pass(self, scope: Scope, lines: HeaderLines, receive: Receive, send: Send) -> None:
        """Ask all that is asked of every request, then hand it on."""
        require_bounded(scope)
        body = await self._body_limit.read(lines, receive)
        if body is None:  # the caller has gone
            return
        moved_to = self._host_pin.moved_to(scope, lines)
        if moved_to is not None:
            await RedirectResponse(moved_to, 308)(scope, receive, send)
            return
        require_once(scope)
        require_json(scope, lines, body)
        await self._app(scope, replay(body, receive), send)
