"""What the log keeps of a crash: where it happened and why, without the values that people sent.

Pydantic's errors print their input, which may be a password, so their messages are left out; frames are written
without their local variables for the same reason.
"""

from traceback import format_tb

from fastapi.exceptions import ValidationException
from pydantic import ValidationError

_WITH_INPUT = (ValidationError, ValidationException)


def crash_text(error: BaseException) -> str:
    """The traceback of `error`, its causes before it and the members of its group after it, as text."""
    return "\n".join(_told(error, set()))


def summary(error: BaseException) -> str:
    """The type of `error` and, where it holds nothing that was sent, its message, in one line."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    return name if isinstance(error, _WITH_INPUT) else f"{name}: {error}"


def _told(error: BaseException, seen: set[int]) -> list[str]:
    if id(error) in seen:
        return []
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = _told(before, seen) if before is not None else []
    lines += ["".join(format_tb(error.__traceback__)) + summary(error)]
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            lines += _told(member, seen)
    return lines
