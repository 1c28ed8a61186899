"""What browsers call an authenticator with, in WebAuthn's own JSON (Level 3, section 5.1: the names are its)."""

from typing import Literal

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from doorstep.api.wire import Leaving
from doorstep.kit import base64url
from doorstep.passkeys.challenges import LIFE
from doorstep.passkeys.models import CreationOptions, Passkey, RequestOptions
from doorstep.passkeys.policy import ALGORITHMS

_TIMEOUT_MS = int(LIFE.total_seconds() * 1000)


class _Protocol(Leaving):
    """A body whose names are the protocol's, and not ours. Bytes are base64url."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True)


class RelyingParty(_Protocol):
    """We."""

    id: str
    name: str


class PasskeyUser(_Protocol):
    """For whom: `id` is random, and neither our id of the user nor the address."""

    id: str
    name: str
    display_name: str


class KeyKind(_Protocol):
    """A kind of key that we take."""

    type: Literal["public-key"] = "public-key"
    alg: int


class KnownCredential(_Protocol):
    """A passkey that is there already."""

    type: Literal["public-key"] = "public-key"
    id: str
    transports: list[str]


class AuthenticatorWishes(_Protocol):
    """It is found without a name being typed, and verifies who is there."""

    resident_key: Literal["required"] = "required"
    require_resident_key: Literal[True] = True
    user_verification: Literal["required"] = "required"


class CreationOptionsView(_Protocol):
    """`PublicKeyCredentialCreationOptionsJSON`."""

    challenge: str
    rp: RelyingParty
    user: PasskeyUser
    pub_key_cred_params: list[KeyKind]
    timeout: int
    exclude_credentials: list[KnownCredential]
    authenticator_selection: AuthenticatorWishes
    attestation: Literal["none"] = "none"


class RequestOptionsView(_Protocol):
    """`PublicKeyCredentialRequestOptionsJSON`."""

    challenge: str
    rp_id: str
    timeout: int
    allow_credentials: list[KnownCredential]
    user_verification: Literal["required"] = "required"


def _known(passkeys: tuple[Passkey, ...]) -> list[KnownCredential]:
    return [
        KnownCredential(id=base64url.encode(each.credential_id), transports=list(each.transports)) for each in passkeys
    ]


def creation_view(options: CreationOptions) -> CreationOptionsView:
    """To make a passkey with."""
    return CreationOptionsView(
        challenge=base64url.encode(options.challenge),
        rp=RelyingParty(id=options.party.rp_id, name=options.party.name),
        user=PasskeyUser(id=base64url.encode(options.handle), name=options.email, display_name=options.email),
        pub_key_cred_params=[KeyKind(alg=algorithm) for algorithm in ALGORITHMS],
        timeout=_TIMEOUT_MS,
        exclude_credentials=_known(options.held),
        authenticator_selection=AuthenticatorWishes(),
    )


def request_view(options: RequestOptions) -> RequestOptionsView:
    """To use a passkey with."""
    return RequestOptionsView(
        challenge=base64url.encode(options.challenge),
        rp_id=options.party.rp_id,
        timeout=_TIMEOUT_MS,
        allow_credentials=_known(options.allowed),
    )
