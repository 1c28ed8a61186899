"""No parameter is given twice: readers differ in which one counts, and a check by one would not hold for the other."""

from collections import Counter
from urllib.parse import parse_qsl

from starlette.types import Scope

from doorstep.failure import FieldError
from doorstep.web.failures import ValidationFailed
from doorstep.web.strict_json import pointer

_TWICE = "This is given twice."


def require_once(scope: Scope) -> None:
    """Refuse an address under `/api/` whose query names a parameter twice. Raises ValidationFailed (ASVS 15.3.7)."""
    if not scope["query_string"] or not scope["path"].startswith("/api/"):
        return
    given = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    twice = [name for name, times in Counter(name for name, _ in given).items() if times > 1]
    if twice:
        raise ValidationFailed(errors=tuple(FieldError(pointer("query", name), _TWICE) for name in twice[:20]))
