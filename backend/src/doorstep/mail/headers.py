"""Address headers that hold one mailbox whatever the name beside it: as Python folds them, one may become several."""

from email.header import Header
from email.headerregistry import Address
from email.policy import Policy
from email.utils import quote
from typing import Self

_QUOTED = 60  # characters of a name that fit into one line with what stands around them


class MailboxHeader(str):
    """One mailbox, written so that no fold opens its name (RFC 5322 section 3.4, RFC 2047).

    A header as `email.policy.EmailPolicy` takes one: it has a name, and folds itself.
    """

    __slots__ = ("address", "name")
    name: str
    address: Address

    def __new__(cls, name: str, address: Address) -> Self:
        """The header of this name."""
        made = super().__new__(cls, str(address))
        made.name, made.address = name, address
        return made

    @property
    def addresses(self) -> tuple[Address, ...]:
        """As headers of `email.headerregistry` say it."""
        return (self.address,)

    def fold(self, *, policy: Policy) -> str:
        """The header's lines as they are sent: the name quoted or as encoded words, never as bare words."""
        name, spec = self.address.display_name, self.address.addr_spec
        if not name:
            return f"{self.name}: {spec}{policy.linesep}"
        if name.isascii() and name.isprintable() and len(name) <= _QUOTED and "=?" not in name:
            words = f'"{quote(name)}"'
        else:
            words = Header(name, "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        lines = f"{self.name}: {words} <{spec}>"
        if len(lines.rpartition(policy.linesep)[2]) > (policy.max_line_length or len(lines)):
            lines = f"{self.name}: {words}{policy.linesep} <{spec}>"
        return lines + policy.linesep


def mailbox(header: str, address: str, name: str = "") -> MailboxHeader:
    """This header with one mailbox. `address` was judged before: letters beyond ASCII are no defect here (RFC 6532)."""
    local, _, domain = address.rpartition("@")
    return MailboxHeader(header, Address(name, local, domain))
