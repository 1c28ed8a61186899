"""Settings: one frozen tree, read once at start from `DOORSTEP_*` variables or `doorstep.toml`.

Each setting has its unit in its type (`timedelta` is written as ISO 8601, `PT10M`, or as seconds) and a description,
from which `docs/reference/settings.md` is printed. A part is reached with two underscores:
`DOORSTEP_SESSIONS__IDLE=PT1H`. The environment wins over the file.
"""

import json
import re
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from doorstep.brand import Plan, brand
from doorstep.credentials import with_files
from doorstep.origin import as_origin

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_CONTACT = re.compile(r"mailto:[!-?A-~]+@[!-?A-~]+|https://[!-~]+")


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError("must be longer than zero")
    return value


def _seconds(value: object) -> object:
    """A number written as text, as variables are, is a number of seconds."""
    if isinstance(value, str):
        with suppress(ValueError):
            return float(value)
    return value


def _secrets(value: object) -> object:
    """Text, as variables are, is a secret a line, or a JSON list of them."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        with suppress(json.JSONDecodeError):
            return json.loads(value)
    return [line.strip() for line in value.splitlines() if line.strip()]


def _contact(value: str) -> str:
    if _CONTACT.fullmatch(value) is None:
        raise ValueError("must be an address such as mailto:security@example.org or https://example.org/security")
    return value


Span = Annotated[timedelta, BeforeValidator(_seconds)]
Duration = Annotated[Span, AfterValidator(_positive)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PasswordSettings(_Part):
    """What a password must be, and what checking one costs."""

    min_length: Annotated[
        int,
        Field(ge=8, le=64, description="Fewest characters (code points) of a password as the only factor"),
    ] = 15
    max_length: Annotated[int, Field(ge=64, le=1024, description="Most characters that are accepted")] = 256
    hash_memory_kib: Annotated[int, Field(ge=8, le=4_194_304, description="Argon2id memory for one hash, in KiB")] = (
        19_456
    )
    hash_time_cost: Annotated[int, Field(ge=1, le=64, description="Argon2id passes over that memory")] = 2
    hash_slots: Annotated[
        int,
        Field(
            ge=0,
            le=256,
            description="Hashes computed at once in a process; 0 = the processor cores shared by the workers",
        ),
    ] = 0
    hash_queue: Annotated[
        int,
        Field(ge=0, le=10_000, description="Hashes that may wait for a slot; past it the answer is 503 `busy`"),
    ] = 64
    imported_secrets: Annotated[
        SecretStr | None,
        Field(
            description="Secrets of other systems' password hashes (a pepper), one a line; an import takes the first"
        ),
    ] = None

    @property
    def imported_secrets_as_bytes(self) -> tuple[bytes, ...]:
        """Each line that is not empty."""
        given = "" if self.imported_secrets is None else self.imported_secrets.get_secret_value()
        return tuple(line.encode() for line in given.splitlines() if line)


class SessionSettings(_Part):
    """How long somebody stays logged in."""

    idle: Annotated[Duration, Field(description="End of a session that was not used, without «Keep me logged in»")] = (
        timedelta(hours=1)
    )
    absolute: Annotated[Duration, Field(description="Latest end of a session, without «Keep me logged in»")] = (
        timedelta(hours=24)
    )
    remembered_idle: Annotated[
        Duration, Field(description="End of a session that was not used, with «Keep me logged in»")
    ] = timedelta(days=14)
    remembered_absolute: Annotated[Duration, Field(description="Latest end of a session, with «Keep me logged in»")] = (
        timedelta(days=30)
    )
    most_live: Annotated[
        int, Field(ge=2, le=1000, description="Live sessions of one user; past it the least recently used one ends")
    ] = 100
    most_known_browsers: Annotated[
        int,
        Field(ge=2, le=1000, description="Browsers in which one user is known; past it the least recently used goes"),
    ] = 100
    step_up_age: Annotated[
        Duration, Field(description="How long after a log-in sensitive acts need no other proof")
    ] = timedelta(minutes=10)
    rotation_grace: Annotated[
        Duration,
        Field(
            description="How long the refresh token before the current one is still answered (two tabs, a lost answer)"
        ),
    ] = timedelta(seconds=30)


class TokenSettings(_Part):
    """Access tokens (JWT, ES256) and the keys that sign them."""

    access_ttl: Annotated[Duration, Field(le=timedelta(hours=1), description="Life of an access token")] = timedelta(
        minutes=10
    )
    leeway: Annotated[
        Span,
        Field(ge=timedelta(0), le=timedelta(seconds=30), description="Clock difference that is forgiven"),
    ] = timedelta(seconds=10)
    key_life: Annotated[Duration, Field(description="How long a signing key signs before the next takes over")] = (
        timedelta(days=30)
    )
    key_notice: Annotated[Duration, Field(description="How long a new key is published before it signs")] = timedelta(
        hours=1
    )


class ThrottleSettings(_Part):
    """What guessing and flooding meet. Each limit is counted in the database, by all processes together; 0 = off."""

    free_failures: Annotated[
        int,
        Field(ge=0, le=100, description="Wrong passwords in a row, for one e-mail address as typed, without a delay"),
    ] = 5
    longest_delay: Annotated[
        Duration, Field(description="The delay doubles from one second with each further failure, up to this")
    ] = timedelta(minutes=15)
    lock_after: Annotated[
        int,
        Field(ge=0, le=10_000, description="Failures in a row after which only known browsers may try that address"),
    ] = 100
    forget_after: Annotated[
        Duration, Field(description="Failures are forgotten when there was no attempt for so long")
    ] = timedelta(days=1)
    network_free: Annotated[
        int,
        Field(
            ge=0,
            le=100_000,
            description="Failures a window from one network (IPv4 address, IPv6 /64) without proof of work",
        ),
    ] = 20
    network_limit: Annotated[
        int, Field(ge=0, le=100_000, description="Failures a window from one network, with proof of work; then 429")
    ] = 100
    network_window: Annotated[Duration, Field(description="What the network's failures are counted in")] = timedelta(
        minutes=1
    )
    refusal_moment: Annotated[
        Span,
        Field(
            ge=timedelta(0),
            le=timedelta(seconds=10),
            description="How long who was just refused is refused again from memory, answered when it is over",
        ),
    ] = timedelta(seconds=1)


class ProofSettings(_Part):
    """The proof of work that a network is asked for: `cost` x `tries` x 1.5 rounds on average, and 2 at most.

    Measured in Chromium on one core of a server: 0.3 s at the defaults, so about a second on a phone a third as fast.
    """

    cost: Annotated[
        int,
        Field(ge=1, le=100_000, description="PBKDF2-SHA-256 rounds of one try; a challenge costs the server one"),
    ] = 2_000
    tries: Annotated[
        int,
        Field(ge=1, le=1_000_000, description="Least tries until the answer; the most are twice as many"),
    ] = 400
    ttl: Annotated[
        Duration, Field(le=timedelta(hours=1), description="How long a challenge may take to come back solved")
    ] = timedelta(minutes=5)


_ATOM = r"[^\s@.,:;<>()\[\]\\\"]+"  # RFC 5322 section 3.2.3, with the letters of RFC 6532


class MailSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class MailSettings(_Part):
    """How mails leave. Without `smtp_host` they are kept as files in the data directory, for trying things out."""

    smtp_host: Annotated[str | None, Field(min_length=1, description="Mail server; unset = keep mails as files")] = None
    smtp_port: Annotated[int, Field(ge=1, le=65_535, description="Its port")] = 587
    smtp_security: Annotated[
        MailSecurity, Field(description="`tls` from the first byte, `starttls` demanded, `none` for this machine only")
    ] = MailSecurity.STARTTLS
    smtp_username: Annotated[str | None, Field(description="Name to log in with, where the server wants one")] = None
    smtp_password: Annotated[SecretStr | None, Field(description="Password to log in with")] = None
    smtp_timeout: Annotated[
        Duration, Field(le=timedelta(seconds=60), description="How long the server may take for each answer")
    ] = timedelta(seconds=20)
    sender: Annotated[
        str,
        Field(pattern=rf"^{_ATOM}(?:\.{_ATOM})*@{_ATOM}(?:\.{_ATOM})*$", description="Address that mails come from"),
    ] = "no-reply@localhost"

    @model_validator(mode="after")
    def _mail_is_private(self) -> Self:
        if self.smtp_security is MailSecurity.NONE and self.smtp_host not in {None, *LOOPBACK_HOSTS}:
            raise ValueError("DOORSTEP_MAIL__SMTP_SECURITY may be none on this machine only: mails carry log-in links")
        return self


class Settings(BaseSettings):
    """Everything an operator can decide, read once at start and never changed afterwards."""

    model_config = SettingsConfigDict(
        env_prefix="DOORSTEP_",
        env_nested_delimiter="__",
        toml_file="doorstep.toml",
        frozen=True,
        extra="forbid",
        nested_model_default_partial_update=True,
    )

    host: Annotated[str, Field(description="Address to listen on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535, description="Port to listen on")] = 8000
    public_url: Annotated[
        str,
        AfterValidator(lambda url: url and as_origin(url)),
        Field(description="Address people type, without a path; empty = http://localhost:PORT"),
    ] = ""
    data_dir: Annotated[Path, Field(description="Where the embedded database and the generated secret live")] = Path(
        "data"
    )
    database_url: Annotated[
        SecretStr | None, Field(description="PostgreSQL 15 or later by URL; unset = the embedded one")
    ] = None
    database_connections: Annotated[
        int, Field(ge=1, le=500, description="Most connections of one process to the database")
    ] = 10
    database_statement_cache: Annotated[
        int,
        Field(
            ge=0,
            le=10_000,
            description="Prepared statements kept on each connection; 0 behind PgBouncer in transaction mode",
        ),
    ] = 256
    secret: Annotated[
        SecretStr | None,
        Field(
            description="At least 32 random characters that seal keys and refresh tokens; embedded mode makes its own"
        ),
    ] = None
    secret_fallbacks: Annotated[
        tuple[SecretStr, ...],
        NoDecode,
        BeforeValidator(_secrets),
        Field(
            description="Secrets beside DOORSTEP_SECRET that open and verify, and make nothing new: those before it "
            "while it is changed; one a line, or a JSON list"
        ),
    ] = ()
    workers: Annotated[int, Field(ge=1, le=64, description="Server processes")] = 1
    stop_notice: Annotated[
        Span,
        Field(
            ge=timedelta(0),
            le=timedelta(minutes=5),
            description="How long `/readyz` says 503, and all else goes on, between SIGTERM and the end",
        ),
    ] = timedelta(seconds=3)
    trusted_proxies: Annotated[
        int,
        Field(ge=0, le=10, description="Proxies in front that append to X-Forwarded-For; 0 = believe no header"),
    ] = 0
    demo: Annotated[
        bool,
        Field(
            description="Make one demo subscriber on the first start of an empty embedded database; never with an "
            "https public URL"
        ),
    ] = True
    security_contact: Annotated[
        Annotated[str, AfterValidator(_contact)] | None,
        Field(description="mailto: or https: address for reports of holes, told in /.well-known/security.txt"),
    ] = None
    signup_disclosure: Annotated[
        Literal["public", "private"],
        Field(
            description="What sign-up tells about an address that has an account: `public` says so (409), `private` "
            "gives the same 202 for both and signs nobody in"
        ),
    ] = "public"
    api_docs: Annotated[bool, Field(description="Serve the OpenAPI document at /api/openapi.json")] = False
    log_level: Annotated[
        str, Field(pattern="^(debug|info|warning|error)$", description="Least severity that is logged")
    ] = "info"
    max_body_bytes: Annotated[int, Field(ge=1024, le=10_485_760, description="Largest request body in bytes")] = 65_536
    audit_retention: Annotated[
        Duration,
        Field(ge=timedelta(days=90), description="How long the audit trail is kept; at least 90 days"),
    ] = timedelta(days=400)
    plans: Annotated[
        tuple[Plan, ...],
        Field(min_length=1, description="What can be subscribed to; the default is the brand's"),
    ] = brand().plans
    passwords: PasswordSettings = PasswordSettings()
    sessions: SessionSettings = SessionSettings()
    tokens: TokenSettings = TokenSettings()
    mail: MailSettings = MailSettings()
    throttle: ThrottleSettings = ThrottleSettings()
    proof: ProofSettings = ProofSettings()

    @cached_property
    def origin(self) -> str:
        """Scheme, host and port people type: the one origin whose pages may act on the cookie."""
        return self.public_url or as_origin(f"http://localhost:{self.port}")

    @cached_property
    def https(self) -> bool:
        """Whether people reach the product by https; cookies are then `__Host-` and `Secure`."""
        return urlsplit(self.origin).scheme == "https"

    @property
    def makes_demo(self) -> bool:
        """Whether a first start makes the demo subscriber: never where others come."""
        return self.demo and not self.https

    @property
    def mail_folder(self) -> Path:
        """Where mails are kept while there is no mail server."""
        return self.data_dir / "mails"

    @property
    def embedded(self) -> bool:
        """Whether the database is the embedded one in the data directory."""
        return self.database_url is None

    @model_validator(mode="after")
    def _origin_is_usable(self) -> Self:
        if not self.https and urlsplit(self.origin).hostname not in LOOPBACK_HOSTS:
            raise ValueError(
                "DOORSTEP_PUBLIC_URL must be https: on plain http a password can be read on the way. "
                "Only localhost may use http"
            )
        codes = [plan.code for plan in self.plans]
        if len(codes) != len(set(codes)):
            raise ValueError("DOORSTEP_PLANS names the same code twice")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments (the command line) win over the environment, that over credentials, and these over `doorstep.toml`.

        Raises CredentialRefused.
        """
        if isinstance(env_settings, EnvSettingsSource):
            env_settings.env_vars = with_files(env_settings.env_vars)
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
