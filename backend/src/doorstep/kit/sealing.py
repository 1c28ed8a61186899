"""Sealing: what must be kept but not be readable in a dump of the database (AES-256-GCM)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from doorstep.kit.entropy import random_bytes
from doorstep.kit.secret import Secrets

Name = TypeVar("Name")
_NONCE_BYTES = 12


class SealBroken(Exception):  # noqa: N818 -- says what happened; it is raised by nobody else
    """The sealed bytes were changed, belong to another place, or were sealed with another secret."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one key after another opened: `plain`, and whether it was the key that seals today."""

    plain: bytes
    is_current: bool


@dataclass(frozen=True, slots=True)
class Renewal(Generic[Name]):
    """A row to be sealed anew: its name, the sealed bytes that were read, and those that take their place."""

    name: Name
    before: bytes
    after: bytes


def columns(renewals: Sequence[Renewal[Name]]) -> tuple[list[Name], list[bytes], list[bytes]]:
    """Names, bytes before and bytes after, for a statement that takes them as arrays."""
    return [each.name for each in renewals], [each.before for each in renewals], [each.after for each in renewals]


@dataclass(frozen=True, slots=True)
class Sorted(Generic[Name]):
    """Rows by the key that opened them: how many by today's, those to be sealed anew, and those that none opened.

    `last` is the name of the last row; None where there was none.
    """

    current: int
    former: tuple[Renewal[Name], ...]
    unreadable: tuple[Name, ...]
    last: Name | None


class Sealer:
    """Seals bytes with one 32-byte key; `place` binds them to where they stand: none can be swapped.

    What was sealed with one of the `former` keys is opened, too.
    """

    def __init__(self, key: bytes, former: Sequence[bytes] = ()) -> None:
        self._cipher = AESGCM(key)
        self._former = tuple(AESGCM(each) for each in former)

    def seal(self, plain: bytes, place: str) -> bytes:
        """Nonce and ciphertext; a new random nonce each time (NIST SP 800-38D section 8.2.2)."""
        nonce = random_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """The plain bytes. Raises SealBroken."""
        return self.look(sealed, place).plain

    def look(self, sealed: bytes, place: str) -> Sealed:
        """The plain bytes, and by which kind of key they were sealed. Raises SealBroken."""
        for cipher in (self._cipher, *self._former):
            try:
                plain = cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
            except (InvalidTag, ValueError):
                continue
            return Sealed(plain, cipher is self._cipher)
        raise SealBroken(place)

    def sort(self, rows: Iterable[tuple[Name, bytes]], place: Callable[[Name], str]) -> Sorted[Name]:
        """Which key opens each row. `place` is where the row of that name is sealed to."""
        current, former, unreadable, last = 0, [], [], None
        for name, sealed in rows:
            last = name
            try:
                opened = self.look(sealed, place(name))
            except SealBroken:
                unreadable.append(name)
                continue
            if opened.is_current:
                current += 1
            else:
                former.append(Renewal(name, sealed, self.seal(opened.plain, place(name))))
        return Sorted(current, tuple(former), tuple(unreadable), last)


def sealer(secrets: Secrets, purpose: str) -> Sealer:
    """What seals for this purpose under today's secret, and opens what lies under one before it, too."""
    return Sealer(secrets.key(purpose), secrets.former_keys(purpose))
