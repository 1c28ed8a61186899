"""Assembly: the services of one process, each given its parts. Server, commands and tests all start here."""

from dataclasses import dataclass

from doorstep.account.service import Account
from doorstep.addresses.service import Addresses
from doorstep.attempts.service import Attempts
from doorstep.audit.service import Trail
from doorstep.brand import brand
from doorstep.devices.device_tokens import DeviceTokens
from doorstep.eviction.service import Eviction
from doorstep.eviction.take_back import TakeBack
from doorstep.export.service import Export
from doorstep.gate.service import Gate
from doorstep.imports.service import Imports
from doorstep.keys.ring import KeyRing
from doorstep.keys.service import SigningKeys
from doorstep.kit.clock import Clock, utc_now
from doorstep.kit.database import Database
from doorstep.kit.database_clock import DatabaseClock, Told
from doorstep.kit.hash_formats import HashFormats
from doorstep.kit.hashing import PasswordHasher
from doorstep.kit.sealing import sealer
from doorstep.kit.secret import (
    AUTHENTICATORS,
    OUTBOX,
    RECOVERY_CODES,
    SEALED_CODE_KEYS,
    SIGNING_KEYS,
    Secrets,
)
from doorstep.leaving.service import Leaving
from doorstep.login.service import Login
from doorstep.mail.gateway import Carrier, FolderCarrier, SmtpCarrier
from doorstep.mail.service import Outbox
from doorstep.notices.service import Notices
from doorstep.one_time_tokens.service import OneTimeTokens
from doorstep.passkeys.challenges import Challenges
from doorstep.passkeys.entry import Entry
from doorstep.passkeys.gateway import party
from doorstep.passkeys.proofs import Proofs
from doorstep.passkeys.removal import Removal
from doorstep.passkeys.service import Passkeys
from doorstep.passwords.service import Passwords
from doorstep.profile.service import Profiles
from doorstep.proof_of_work.service import ProofOfWork
from doorstep.recovery.service import Recovery
from doorstep.recovery_codes.kept_keys import KeptKeys
from doorstep.recovery_codes.service import RecoveryCodes
from doorstep.second_factors.removal import AuthenticatorRemoval
from doorstep.second_factors.service import SecondFactors
from doorstep.second_step.service import SecondStep
from doorstep.secret_change.service import SecretChange
from doorstep.sessions.access_tokens import AccessTokens
from doorstep.sessions.refresh_tokens import RefreshTokens
from doorstep.sessions.service import Sessions
from doorstep.settings import Settings
from doorstep.signup.service import SignUp
from doorstep.subscriptions.service import Subscriptions
from doorstep.throttle.service import Throttle
from doorstep.throttle.subjects import SubjectNames
from doorstep.totp.service import TotpSecrets
from doorstep.upkeep.service import Upkeep
from doorstep.users.service import Users

_MAILED_CODES = "mailed codes"
_REFRESH_TOKENS = "refresh tokens"
_CHALLENGES = "passkey challenges"
_PROOF_OF_WORK = "proof of work"
_DEVICE_TOKENS = "device tokens"


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that routes and commands call, and what has to be opened and closed with the process."""

    settings: Settings
    database: Database
    hasher: PasswordHasher
    signing_keys: SigningKeys
    ring: KeyRing
    users: Users
    addresses: Addresses
    passwords: Passwords
    sign_up: SignUp
    imports: Imports
    login: Login
    second_step: SecondStep
    second_factors: SecondFactors
    sessions: Sessions
    access_tokens: AccessTokens
    gate: Gate
    subscriptions: Subscriptions
    throttle: Throttle
    attempts: Attempts
    proof_of_work: ProofOfWork
    device_tokens: DeviceTokens
    outbox: Outbox
    recovery: Recovery
    account: Account
    leaving: Leaving
    export: Export
    profiles: Profiles
    passkeys: Passkeys
    passkey_entry: Entry
    passkey_removal: Removal
    authenticator_removal: AuthenticatorRemoval
    upkeep: Upkeep
    secret_change: SecretChange
    trail: Trail
    database_clock: DatabaseClock

    def close(self) -> None:
        """End the threads; the database is closed by who opened it."""
        self.hasher.close()
        self.passwords.close()


def assemble(
    settings: Settings,
    database: Database,
    secret: bytes,
    clock: Clock = utc_now,
    *,
    former: tuple[bytes, ...] = (),
    told_by: Told | None = None,
) -> Services:
    """The services over this database. `secret` is the master secret; each use has a key of its own derived from it.

    What was made under one of the `former` secrets is opened and believed, too. `told_by` tells the database's time,
    where it is not to be asked (see `DatabaseClock`).
    """
    secrets = Secrets(secret, former)
    database_clock = DatabaseClock(database, clock, told_by)
    hasher = PasswordHasher(settings.passwords, settings.workers)
    signing_keys = SigningKeys(database, clock, sealer(secrets, SIGNING_KEYS), settings.tokens)
    ring = KeyRing(signing_keys, clock, settings.tokens)
    access_tokens = AccessTokens(ring, clock, settings.tokens, settings.origin)
    tokens = OneTimeTokens(database, secrets.key(_MAILED_CODES), secrets.former_keys(_MAILED_CODES))
    outbox = Outbox(database, clock, sealer(secrets, OUTBOX), _carrier(settings), settings.mail.sender)
    notices = Notices(tokens, outbox, settings.origin, settings.sessions.most_live)
    refresh_tokens = RefreshTokens(secrets.key(_REFRESH_TOKENS), former=secrets.former_keys(_REFRESH_TOKENS))
    sessions = Sessions(database, clock, settings.sessions, access_tokens, refresh_tokens, notices)
    users = Users(database, clock)
    names = SubjectNames(secrets.key("throttle subjects"))
    addresses = Addresses(database, names)
    attempts = Attempts(database, clock, settings.throttle)
    throttle = Throttle(database, clock, settings.throttle, names, attempts)
    passwords = Passwords(settings.passwords, brand().name)
    challenges = Challenges(secrets.key(_CHALLENGES), secrets.former_keys(_CHALLENGES))
    us = party(settings.origin, brand().name)
    proofs = Proofs(database, clock, challenges, notices, us)
    totp = TotpSecrets(sealer(secrets, AUTHENTICATORS), brand().name)
    kept_keys = KeptKeys(sealer(secrets, SEALED_CODE_KEYS))
    codes = RecoveryCodes(secrets.key(RECOVERY_CODES), secrets.former_keys(RECOVERY_CODES), kept_keys)
    factors = SecondFactors(database, clock, settings.sessions, totp, codes, sessions, notices, attempts)
    login = Login(database, clock, hasher, throttle, sessions, notices, factors)
    subscriptions = Subscriptions(database, clock, settings.plans, sessions, notices)
    take_back = TakeBack(Eviction(sessions, totp, codes, tokens, notices, database_clock), tokens, notices)
    removal = AuthenticatorRemoval(database, clock, totp, codes, factors, sessions, notices, database_clock)
    account = Account(
        database,
        clock,
        hasher,
        passwords,
        login,
        factors,
        sessions,
        tokens,
        outbox,
        notices,
        take_back,
        settings.origin,
        attempts,
    )
    leaving = Leaving(database, clock, database_clock, factors, sessions, subscriptions, tokens, throttle, notices)
    second_step = SecondStep(database, clock, totp, factors, login, throttle, notices)
    return Services(
        settings=settings,
        database=database,
        hasher=hasher,
        signing_keys=signing_keys,
        ring=ring,
        users=users,
        addresses=addresses,
        passwords=passwords,
        sign_up=SignUp(database, clock, hasher, passwords, users, throttle, sessions, notices),
        imports=Imports(database, clock, HashFormats(settings.passwords)),
        login=login,
        second_step=second_step,
        second_factors=factors,
        sessions=sessions,
        access_tokens=access_tokens,
        gate=Gate(database, clock, access_tokens),
        subscriptions=subscriptions,
        throttle=throttle,
        attempts=attempts,
        proof_of_work=ProofOfWork(
            clock, settings.proof, secrets.key(_PROOF_OF_WORK), secrets.former_keys(_PROOF_OF_WORK)
        ),
        trail=Trail(database),
        database_clock=database_clock,
        outbox=outbox,
        recovery=Recovery(
            database, clock, hasher, passwords, throttle, tokens, outbox, notices, take_back, settings.origin
        ),
        account=account,
        leaving=leaving,
        export=Export(database, clock, factors, sessions, notices),
        profiles=Profiles(database, clock, sessions, notices),
        passkeys=Passkeys(database, clock, factors, challenges, sessions, notices, us),
        passkey_entry=Entry(database, clock, challenges, proofs, throttle, login, second_step, sessions, us),
        passkey_removal=Removal(database, clock, factors, sessions, tokens, notices),
        device_tokens=DeviceTokens(secrets.key(_DEVICE_TOKENS), secrets.former_keys(_DEVICE_TOKENS)),
        authenticator_removal=removal,
        upkeep=Upkeep(database, database_clock, settings, leaving, removal, addresses),
        secret_change=SecretChange(database, clock, secrets, settings.tokens),
    )


def _carrier(settings: Settings) -> Carrier:
    if settings.mail.smtp_host is None:
        return FolderCarrier(settings.mail_folder, aloud=settings.embedded and not settings.https)
    return SmtpCarrier(settings.mail)
