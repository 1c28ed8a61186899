"""What was chosen beside what is the default, for each setting that protects somebody."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from pydantic import BaseModel

from doorstep.doctor.models import Limit, MailFacts
from doorstep.settings import (
    MailSecurity,
    MailSettings,
    PasswordSettings,
    ProofSettings,
    SessionSettings,
    Settings,
    ThrottleSettings,
    TokenSettings,
)

# By part: whether more of it protects less.
THROTTLE: Final = {
    "free_failures": True,
    "longest_delay": False,
    "lock_after": True,
    "forget_after": False,
    "network_free": True,
    "network_limit": True,
    "network_window": False,
    "refusal_moment": False,
}
PROOF: Final = {"cost": False, "tries": False, "ttl": True}
SESSIONS: Final = {
    "idle": True,
    "absolute": True,
    "remembered_idle": True,
    "remembered_absolute": True,
    "step_up_age": True,
    "rotation_grace": True,
    "most_live": True,
    "most_known_browsers": True,
}
TOKENS: Final = {"access_ttl": True, "leeway": True, "key_life": True, "key_notice": False}
PASSWORDS: Final = {"min_length": False}


def throttle_limits(settings: Settings) -> list[Limit]:
    """What meets guessing and flooding."""
    return [
        *_limits("THROTTLE", settings.throttle, ThrottleSettings(), THROTTLE),
        *_limits("PROOF", settings.proof, ProofSettings(), PROOF),
        *_limits("PASSWORDS", settings.passwords, PasswordSettings(), PASSWORDS),
    ]


def lives(settings: Settings) -> list[Limit]:
    """How long somebody stays in."""
    return [
        *_limits("SESSIONS", settings.sessions, SessionSettings(), SESSIONS),
        *_limits("TOKENS", settings.tokens, TokenSettings(), TOKENS),
    ]


def mail(settings: MailSettings) -> MailFacts:
    """How mails are set to leave."""
    return MailFacts(
        server=f"{settings.smtp_host}:{settings.smtp_port}" if settings.smtp_host else None,
        encrypted=settings.smtp_security is not MailSecurity.NONE,
        sender=settings.sender,
        half_a_login=(settings.smtp_username is None) != (settings.smtp_password is None),
    )


def _limits(part: str, chosen: BaseModel, usual: BaseModel, directions: Mapping[str, bool]) -> list[Limit]:
    return [
        Limit(
            variable=f"DOORSTEP_{part}__{name.upper()}",
            value=_number(getattr(chosen, name)),
            usual=_number(getattr(usual, name)),
            more_is_weaker=more_is_weaker,
            unit="s" if isinstance(getattr(usual, name), timedelta) else "",
        )
        for name, more_is_weaker in directions.items()
    ]


def _number(value: timedelta | float) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else float(value)
