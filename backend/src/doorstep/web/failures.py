"""What the web layer itself refuses: wrong addresses, wrong shapes, wrong origins.

The codes are public and stable (RFC 9457 `code`); the titles are for the person in front of the page.
"""

from doorstep.failure import Failure


class NotFound(Failure):
    """Nothing lives at this address."""

    status = 404
    code = "not_found"
    title = "There is nothing at this address."


class MethodNotAllowed(Failure):
    """The address exists, but not for this method. `allow` lists the methods that do (RFC 9110 section 15.5.6)."""

    status = 405
    code = "method_not_allowed"
    title = "This address does not take that kind of request."

    def __init__(self, allow: str) -> None:
        super().__init__()
        self.allow = allow


class RequestTimeout(Failure):
    """The body did not arrive in time."""

    status = 408
    code = "request_timeout"
    title = "The request took too long to arrive. Please try again."


class TooLarge(Failure):
    """The body is larger than `max_body_bytes`. `unread` tells whether more of it is still on its way."""

    status = 413
    code = "too_large"
    title = "That is more than we accept in one request."

    def __init__(self, *, unread: bool) -> None:
        super().__init__()
        self.unread = unread


class UnsupportedMediaType(Failure):
    """The body is not what this address reads: JSON in UTF-8."""

    status = 415
    code = "unsupported_media_type"
    title = "Send JSON, with the content type application/json."


class WrongHost(Failure):
    """The request names a host that is not the public one (RFC 9110 section 7.4)."""

    status = 421
    code = "wrong_host"
    title = "This address is not served here."


class ValidationFailed(Failure):
    """The request was understood, but fields of it are not acceptable; `errors` tells which."""

    status = 422
    code = "validation_failed"
    title = "Please check the marked fields."


class HeadersTooLarge(Failure):
    """Address and header lines together are larger than anything this product sends."""

    status = 431
    code = "headers_too_large"
    title = "The request's headers are too large. Clearing this site's cookies may help."


class MalformedJson(Failure):
    """The body is not strict JSON (RFC 8259, I-JSON's rule against names given twice)."""

    status = 400
    code = "malformed_json"
    title = "The request is not valid JSON."


class CrossOrigin(Failure):
    """A request that acts on the cookie came from somewhere else than our own pages."""

    status = 403
    code = "cross_origin"
    title = "This request did not come from our own page."


class InternalError(Failure):
    """A defect of ours. The cause is in the log under the request id, never in the answer."""

    status = 500
    code = "internal_error"
    title = "Something went wrong on our side. Please try again."
