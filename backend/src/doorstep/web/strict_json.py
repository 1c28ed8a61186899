"""Strict JSON in bodies: read as every reader reads it, of reasonable depth, and all its text can be stored.

PostgreSQL stores neither NUL nor half surrogates.
"""

import re
from itertools import takewhile

from doorstep.failure import FieldError
from doorstep.kit.json_reader import NotJsonError, read_json
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
        value = read_json(body)
    except UnicodeDecodeError:
        raise MalformedJson from None
    except NotJsonError as told:
        raise MalformedJson(str(told) or None) from None
    _check_text(value)


def pointer(*steps: str | int) -> str:
    """The RFC 6901 JSON pointer along `steps`; of no steps, the whole document: an empty string.

    It ends before a name that none of our fields could have (over 64 characters, or not storable): names may come
    from the caller, and an answer is no mirror.
    """
    known = takewhile(lambda step: len(step) <= _LONGEST_NAME and _storable(step), map(str, steps))
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in known)


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
