"""Reading JSON that anybody may have written, so that every reader understands the same (RFC 8259, I-JSON: RFC 7493).

Python's own reader takes more: NaN, numbers beyond every bound, names given twice, UTF-16. Two readers that differ are
how a check is passed by one value and the deed done with another.
"""

import json
from typing import Any, NoReturn


class NotJsonError(ValueError):
    """Not strict JSON. Its words, where it has any, are a sentence that quotes nothing of the text."""


def read_json(raw: bytes) -> object:
    """The value of a JSON text in UTF-8.

    Raises UnicodeDecodeError for another encoding, and NotJsonError for a byte order mark, syntax, NaN and Infinity,
    numbers without bounds, a name given twice, and nesting that Python cannot follow: ValueErrors, all of them.
    """
    text = raw.decode()
    try:
        return _READER.decode(text)
    except NotJsonError:
        raise
    except (ValueError, RecursionError):  # syntax, an integer with thousands of digits; thousands of brackets
        raise NotJsonError from None


def read_object(raw: bytes) -> dict[str, Any]:
    """The fields of a JSON object, read as by `read_json`: as signed tokens must be (RFC 7515 section 4, RFC 8725 3.7).

    Raises NotJsonError for every other value as well.
    """
    value = read_json(raw)
    if not isinstance(value, dict):
        raise NotJsonError
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotJsonError("The same field is given twice.")
    return fields


def _no_constant(_: str) -> NoReturn:
    raise NotJsonError("NaN and Infinity are not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise NotJsonError("A number is too large.")
    return number


# Made once: `json.loads` with hooks makes one for each text, which takes longer than the reading of a short one.
_READER = json.JSONDecoder(object_pairs_hook=_once_each, parse_constant=_no_constant, parse_float=_finite)
