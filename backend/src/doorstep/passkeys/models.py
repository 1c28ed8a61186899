"""Passkeys as stored, and what an authenticator's answer says."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from doorstep.users.models import Credentials


class Purpose(StrEnum):
    """What a challenge is for. One purpose never passes for another."""

    REGISTER = "register"
    LOG_IN = "log_in"
    STEP_UP = "step_up"
    SECOND_STEP = "second_step"


class Reason(StrEnum):
    """Why the answer of a passkey was refused. The names are public: they are in the audit trail."""

    UNREADABLE = "unreadable"
    CHALLENGE = "challenge"
    UNKNOWN = "unknown_passkey"
    CEREMONY = "ceremony"
    ORIGIN = "origin"
    FRAMED = "framed"
    HOST = "host"
    PRESENCE = "user_not_present"
    VERIFICATION = "user_not_verified"
    BACKUP = "backed_up_without_eligibility"
    ELIGIBILITY = "backup_eligibility_changed"
    SIGNATURE = "signature"
    USER = "user"
    DISABLED = "user_disabled"
    COPY = "counted_backwards"


class Ceremony(StrEnum):
    """What the browser says it did with the passkey (WebAuthn section 5.8.1, `type`)."""

    CREATE = "webauthn.create"
    GET = "webauthn.get"


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge of ours that has come back. Its id is what is noted when it was used."""

    id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Party:
    """Who we are to an authenticator: the origin of our pages, the name of our host, and that one's SHA-256."""

    origin: str
    rp_id: str
    rp_id_hash: bytes
    name: str


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What the browser vouches for. `framed`: the page stood in another site's, or the browser tells it oddly."""

    ceremony: str
    challenge: bytes
    origin: str
    framed: bool


@dataclass(frozen=True, slots=True)
class AuthenticatorFacts:
    """What the authenticator vouches for (WebAuthn section 6.1)."""

    rp_id_hash: bytes
    user_present: bool
    user_verified: bool
    backup_eligible: bool
    backed_up: bool
    sign_count: int


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A key pair that an authenticator has just made for us: the public half, as a COSE key."""

    credential_id: bytes
    public_key: bytes
    algorithm: int
    aaguid: UUID


@dataclass(frozen=True, slots=True)
class Registration:
    """The answer to a challenge for adding a passkey."""

    client: ClientFacts
    authenticator: AuthenticatorFacts
    credential: NewCredential


@dataclass(frozen=True, slots=True)
class Assertion:
    """The answer to a challenge for using a passkey. `signed` is what `signature` stands under."""

    credential_id: bytes
    client: ClientFacts
    authenticator: AuthenticatorFacts
    signed: bytes
    signature: bytes
    user_handle: bytes | None


@dataclass(frozen=True, slots=True)
class TypedRegistration:
    """The same as it arrives: base64url, not looked at yet."""

    client_data: str
    attestation: str
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypedAssertion:
    """The same as it arrives: base64url, not looked at yet."""

    credential_id: str
    client_data: str
    authenticator_data: str
    signature: str
    user_handle: str | None


@dataclass(frozen=True, slots=True)
class Passkey:
    """A row of `passkeys`."""

    id: UUID
    user_id: UUID
    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    transports: tuple[str, ...]
    aaguid: UUID
    backup_eligible: bool
    backed_up: bool
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Owned:
    """A passkey with whose it is: the handle that it knows them by, and what a log-in goes by."""

    passkey: Passkey
    handle: bytes
    credentials: Credentials


@dataclass(frozen=True, slots=True)
class WaysIn:
    """What lets a user in."""

    has_password: bool
    passkeys: tuple[Passkey, ...]
    recovery_codes_left: int = 0


@dataclass(frozen=True, slots=True)
class AuthenticatorAccount:
    """What authenticators know a user by: our host, and the user's handle; None for who never made a passkey."""

    rp_id: str
    handle: bytes | None


@dataclass(frozen=True, slots=True)
class CreationOptions:
    """What a browser asks an authenticator with, to make a passkey: for whom, and beside which."""

    challenge: bytes
    party: Party
    handle: bytes
    email: str
    held: tuple[Passkey, ...]


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """What a browser asks an authenticator with, to use a passkey: one of `allowed`, or any when that is empty."""

    challenge: bytes
    party: Party
    allowed: tuple[Passkey, ...]


@dataclass(frozen=True, slots=True)
class Proven:
    """An answer whose signature is right, the challenge that it answers, and whose passkey it is."""

    assertion: Assertion
    challenge: Challenge
    owned: Owned


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that proves nothing: why, and whose passkey it names; None where that is not one that we know."""

    reason: Reason
    owned: Owned | None = None
