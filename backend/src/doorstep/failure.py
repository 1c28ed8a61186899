"""Failure: the one base of every expected refusal.

An expected refusal is an answer, not an accident: a wrong password, a taken address, a database that is away.
Whoever notices it raises a subclass; `web/problems.py` alone turns it into an RFC 9457 answer, and the CLI into one
sentence. Anything else that is raised is a defect and is answered as `internal_error`.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that was refused: where it stands (RFC 6901 JSON pointer) and why, in words for the person."""

    pointer: str
    message: str


class Failure(Exception):  # noqa: N818 -- "failure" is the project's word for an expected refusal
    """An expected refusal with a stable public code and one sentence for the person.

    `status` is the HTTP status, `code` the stable public name, `title` the sentence that is always the same for that
    code. `bearer_error` is what a challenge says of the access token that came, where that is refused (RFC 6750 section
    3.1). An instance may add `detail` (one sentence about this case, never a secret), `retry_after` (seconds) and
    `errors` (refused fields).
    """

    status: ClassVar[int]
    code: ClassVar[str]
    title: ClassVar[str]
    bearer_error: ClassVar[str | None] = None

    def __init__(
        self,
        detail: str | None = None,
        *,
        retry_after: int | None = None,
        errors: tuple[FieldError, ...] = (),
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.retry_after = retry_after
        self.errors = errors

    def members(self) -> dict[str, str | int | bool | list[str]]:
        """What its answer carries besides (RFC 9457 section 3.2): nothing, unless a failure says so."""
        return {}


def known_failures() -> list[type[Failure]]:
    """Every refusal that a loaded module of ours defines, by its code: the list behind OpenAPI and the docs."""
    return sorted(_defined_under(Failure), key=lambda failure: failure.code)


def _defined_under(base: type[Failure]) -> Iterator[type[Failure]]:
    for kind in base.__subclasses__():
        # Not those made while running, nor a test's own.
        if kind.__module__.startswith("doorstep.") and vars(sys.modules[kind.__module__]).get(kind.__name__) is kind:
            yield kind
        yield from _defined_under(kind)
