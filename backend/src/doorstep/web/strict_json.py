"""Strict JSON: what every reader understands in the same way (RFC 8259, and I-JSON, RFC 7493, where that is stricter).

Python's own reader takes more: NaN, names given twice, half surrogates, UTF-16. Two readers that differ are how a check
is passed by one value and the deed done with another; and PostgreSQL stores neither NUL nor half surrogates.
"""

import json
import re
from itertools import takewhile
from typing import Any, NoReturn

from doorstep.failure import FieldError
from doorstep.web.failures import MalformedJson, ValidationFailed

MAX_DEPTH = 32
_LONGEST_NAME = 64
_FOREIGN = re.compile("[\0\ud800-\udfff]")
_UNSTORABLE = "This text contains a character that cannot be stored."


def check_json(body: bytes) -> None:
    """Pass when `body` is strict JSON.

    Raises MalformedJson when it is not (invalid UTF-8, a byte order mark, syntax, NaN or Infinity, a number without
    bounds, a name given twice, more than 32 levels), and ValidationFailed with the field's pointer for text with a NUL
    or half a surrogate pair.
    """
    try:
        value = _READER.decode(body.decode())
    except (ValueError, RecursionError):  # json's and UTF-8's own errors are ValueErrors, huge integers as well
        raise MalformedJson from None
    _check_text(value)


def pointer(*steps: str | int) -> str:
    """The RFC 6901 JSON pointer along `steps`; of no steps, the whole document: an empty string.

    It ends before a name that none of our fields could have (over 64 characters, or not storable): names may come
    from the caller, and an answer is no mirror.
    """
    known = takewhile(lambda step: len(step) <= _LONGEST_NAME and _storable(step), map(str, steps))
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in known)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise MalformedJson("The same field is given twice.")
    return fields


def _no_constant(_: str) -> NoReturn:
    raise MalformedJson("NaN and Infinity are not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise MalformedJson("A number is too large.")
    return number


# Made once: `json.loads` with hooks makes one for each text, which takes longer than the reading of a short one.
_READER = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_no_constant, parse_float=_finite)


def _check_text(document: object) -> None:
    waiting: list[tuple[object, tuple[str | int, ...]]] = [(document, ())]
    while waiting:
        value, path = waiting.pop()
        if len(path) > MAX_DEPTH:
            raise MalformedJson("The request is nested too deeply.")
        if isinstance(value, str) and not _storable(value):
            raise ValidationFailed(errors=(FieldError(pointer(*path), _UNSTORABLE),))
        if isinstance(value, dict):
            if not all(map(_storable, value)):
                raise ValidationFailed(errors=(FieldError(pointer(*path), _UNSTORABLE),))
            waiting.extend((inner, (*path, name)) for name, inner in value.items())
        elif isinstance(value, list):
            waiting.extend((inner, (*path, index)) for index, inner in enumerate(value))


def _storable(text: str) -> bool:
    return _FOREIGN.search(text) is None
