"""The only renderer of refusals: RFC 9457 problems, for expected failures, framework errors and crashes alike."""

import re
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from doorstep.failure import Failure
from doorstep.web.allowed_methods import allowed_methods
from doorstep.web.crash_log import crash_text, summary
from doorstep.web.failures import (
    InternalError,
    MalformedJson,
    MethodNotAllowed,
    NotFound,
    RequestTimeout,
    TooLarge,
    ValidationFailed,
)
from doorstep.web.linger import answer_then_drain
from doorstep.web.request_id import request_id
from doorstep.web.validation import field_errors

_log = structlog.get_logger()

# Who was kept out, and by which rule (ASVS 16.3.2 and 16.3.3): not signed in, not theirs, another site, too often.
_KEPT_OUT = frozenset({401, 403, 404, 421, 428, 429})


class ProblemResponse(JSONResponse):
    """An answer of `application/problem+json`."""

    media_type = "application/problem+json"


def problem(failure: Failure, scope: Scope) -> ProblemResponse:
    """The answer that tells `failure`. A route that must add to it (an expired cookie) returns it itself.

    Fields and headers are those of RFC 9457 with our `code`, `retry_after` and `errors`; every 401 names the scheme
    (RFC 9110 section 15.5.2) and, where it refuses a token that came, says so; nothing of it is cached.
    """
    content: dict[str, Any] = {
        "type": f"urn:doorstep:problem:{failure.code}",
        "title": failure.title,
        "status": failure.status,
        "code": failure.code,
        "instance": f"urn:request:{request_id(scope)}",
    }
    content |= failure.members()
    headers = {"Cache-Control": "no-store"}
    if failure.detail is not None:
        content["detail"] = failure.detail
    if failure.retry_after is not None:
        content["retry_after"] = failure.retry_after
        headers["Retry-After"] = str(failure.retry_after)
    if failure.errors:
        content["errors"] = [asdict(error) for error in failure.errors]
    if failure.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = _challenge(failure, scope)
    if isinstance(failure, MethodNotAllowed):
        headers["Allow"] = failure.allow
    if isinstance(failure, TooLarge | RequestTimeout):
        headers["Connection"] = "close"
    return ProblemResponse(content, failure.status, headers)


def _challenge(failure: Failure, scope: Scope) -> str:
    """RFC 6750 section 3.1: no error where no access token was sent."""
    sent = Headers(scope=scope).get("authorization", "")
    scheme, _, token = sent.partition(" ")
    if failure.bearer_error is None or scheme.lower() != "bearer" or not token.strip():
        return "Bearer"
    return f'Bearer error="{failure.bearer_error}"'


def failure_of(error: Exception, request: Request) -> Failure:
    """The failure that stands for `error`; its cause is logged here when it is ours to mend."""
    if isinstance(error, Failure):
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.warning("failure", code=error.code, cause=summary(error.__cause__ or error))
        elif error.status in _KEPT_OUT and not isinstance(error, NotFound):
            user_id = request.scope.get("state", {}).get("user_id")
            _log.info(
                "refused",
                code=error.code,
                method=request.method,
                path=request.url.path[:256],
                user_id=None if user_id is None else str(user_id),
            )
        return error
    if isinstance(error, RequestValidationError):
        return ValidationFailed(errors=field_errors(error.errors()))
    if isinstance(error, HTTPException) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _framework_failure(error.status_code, request)
    _log.error("crash", error=summary(error), traceback=crash_text(error))
    return InternalError()


def _framework_failure(status: int, request: Request) -> Failure:
    """Our failure for a refusal of FastAPI's or Starlette's own, whose words are not for the person."""
    match status:
        case HTTPStatus.BAD_REQUEST:  # the only one FastAPI raises is for a body that it cannot read
            return MalformedJson()
        case HTTPStatus.NOT_FOUND:
            return NotFound()
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return MethodNotAllowed(allowed_methods(request))
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return TooLarge(unread=True)
    return _named_after(HTTPStatus(status))


def _named_after(status: HTTPStatus) -> Failure:
    kind = type(
        "FrameworkFailure",
        (Failure,),
        {"status": int(status), "code": re.sub("[^a-z]+", "_", status.phrase.lower()), "title": f"{status.phrase}."},
    )
    failure: Failure = kind()
    return failure


async def answer_failure(failure: Failure, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the problem of `failure`, reading away first what of the request is still on its way."""
    answer = problem(failure, scope)
    if isinstance(failure, TooLarge) and failure.unread:
        await answer_then_drain(answer, scope, receive, send)
    else:
        await answer(scope, receive, send)


def install(app: FastAPI) -> None:
    """Take over the errors that FastAPI and Starlette would otherwise answer in their own shape."""

    async def told(request: Request, error: Exception) -> ProblemResponse:
        return problem(failure_of(error, request), request.scope)

    for kind in (HTTPException, RequestValidationError, Failure):
        app.add_exception_handler(kind, told)
