"""Whether a passkey's answer is one to us, and what must be left when a way in goes. Pure."""

import unicodedata

from doorstep.passkeys.models import AuthenticatorFacts, Ceremony, ClientFacts, Party, Passkey, Reason, WaysIn

MOST_PASSKEYS = 20
ENOUGH_WITHOUT_PASSWORD = 2
LONGEST_NAME = 64
MOST_TRANSPORTS = 8

ES256, ED25519, RS256 = -7, -8, -257
ALGORITHMS = (ES256, ED25519, RS256)
"""COSE algorithms that we take, the one we like best first. RS256 is what Windows Hello has (RFC 9053, RFC 8812)."""

TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})


def wrong_for_us(
    client: ClientFacts, authenticator: AuthenticatorFacts, ceremony: Ceremony, party: Party
) -> Reason | None:
    """Why this was not done here, now, on purpose, by a person whom the authenticator has verified; None if it was.

    WebAuthn Level 3, sections 7.1 (steps 7 to 18) and 7.2 (steps 11 to 18), but for the challenge and the signature.
    """
    checks = (
        (client.ceremony == ceremony, Reason.CEREMONY),
        (client.origin == party.origin, Reason.ORIGIN),
        (not client.framed, Reason.FRAMED),
        (authenticator.rp_id_hash == party.rp_id_hash, Reason.HOST),
        (authenticator.user_present, Reason.PRESENCE),
        (authenticator.user_verified, Reason.VERIFICATION),
        (authenticator.backup_eligible or not authenticator.backed_up, Reason.BACKUP),
    )
    return next((reason for holds, reason in checks if not holds), None)


def is_to_us(client: ClientFacts, authenticator: AuthenticatorFacts, ceremony: Ceremony, party: Party) -> bool:
    """Whether nothing is wrong with it for us."""
    return wrong_for_us(client, authenticator, ceremony, party) is None


def is_same_kind(passkey: Passkey, authenticator: AuthenticatorFacts) -> bool:
    """Whether it can still be that passkey: whether one may leave its device never changes (section 6.1.3)."""
    return passkey.backup_eligible == authenticator.backup_eligible


def is_copy(passkey: Passkey, authenticator: AuthenticatorFacts) -> bool:
    """Whether somebody else counts, too: the counter must grow, unless it is not kept at all (section 6.1.1)."""
    counts = passkey.sign_count > 0 or authenticator.sign_count > 0
    return counts and authenticator.sign_count <= passkey.sign_count


def methods(passkey: Passkey) -> tuple[str, ...]:
    """How the person proved who they are (`amr`, RFC 8176): a key, a person at it, and two factors in one.

    Only a key that cannot leave its device is bound to hardware.
    """
    return ("swk" if passkey.backup_eligible else "hwk", "user", "mfa")


def may_remove(ways: WaysIn, passkey: Passkey) -> bool:
    """Whether a way in is left without it."""
    return ways.has_password or any(other.id != passkey.id for other in ways.passkeys)


def may_drop_password(ways: WaysIn) -> bool:
    """Whether the user gets in without a password even when one passkey is lost: by another, or with recovery codes.

    Those are the second step after the password that «forgot your password?» gives back.
    """
    return len(ways.passkeys) >= ENOUGH_WITHOUT_PASSWORD or (bool(ways.passkeys) and ways.recovery_codes_left > 0)


def tidy_name(typed: str) -> str | None:
    """The name to keep, NFC and on one line; None when nothing is left of it."""
    name = "".join(sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", typed))
    return " ".join(name.split())[:LONGEST_NAME].strip() or None


def tidy_transports(told: tuple[str, ...]) -> tuple[str, ...]:
    """Those that we know, each once: they come back as hints and decide nothing."""
    return tuple(sorted(TRANSPORTS & set(told)))
