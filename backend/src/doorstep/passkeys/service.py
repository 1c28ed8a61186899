"""Passkeys of a signed-in user: adding one, seeing them, naming them."""

from dataclasses import replace
from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.device_names import device_name
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.failure import FieldError
from doorstep.gate.models import SignedIn
from doorstep.kit.clock import Clock
from doorstep.kit.database import Database
from doorstep.kit.entropy import new_id, random_bytes
from doorstep.notices.service import Notices
from doorstep.passkeys import gateway, policy, queries
from doorstep.passkeys.challenges import Challenges
from doorstep.passkeys.failures import CeremonyOver, PasskeyKnown, PasskeyRefused, PasskeyUnknown, TooManyPasskeys
from doorstep.passkeys.gateway import Unreadable
from doorstep.passkeys.keepers import ONE_DEVICE, kept_in
from doorstep.passkeys.models import (
    AuthenticatorAccount,
    Ceremony,
    CreationOptions,
    Party,
    Passkey,
    Purpose,
    Registration,
    TypedRegistration,
    WaysIn,
)
from doorstep.second_factors.service import SecondFactors
from doorstep.sessions.service import Sessions
from doorstep.users import service as users

_HANDLE_BYTES = 64


class Passkeys:
    """Adds, lists and names passkeys. `party` is who we are to authenticators."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        factors: SecondFactors,
        challenges: Challenges,
        sessions: Sessions,
        notices: Notices,
        party: Party,
    ) -> None:
        self._database = database
        self._clock = clock
        self._factors = factors
        self._challenges = challenges
        self._sessions = sessions
        self._notices = notices
        self._party = party

    async def creation_options(self, who: SignedIn, client: Client) -> CreationOptions:
        """What the browser asks an authenticator with. Raises StepUpRequired, TooManyPasskeys, Unauthenticated."""
        await self._factors.require_recent(who, EventKind.PASSKEY_ADDED, client)
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, who.user.id, who.session_id)
            handle = await queries.ensure_handle(tx, who.user.id, random_bytes(_HANDLE_BYTES))
            held = await queries.of_user(tx, who.user.id)
        if len(held) >= policy.MOST_PASSKEYS:
            raise TooManyPasskeys
        challenge = self._challenges.make(Purpose.REGISTER, bound_to(who), self._clock())
        return CreationOptions(challenge, self._party, handle, who.user.email, held)

    async def add(self, who: SignedIn, typed: TypedRegistration, name: str | None, client: Client) -> Passkey:
        """Keep a passkey that was made for this user in this session; the owner hears of it.

        Raises StepUpRequired, PasskeyRefused, CeremonyOver, PasskeyKnown, TooManyPasskeys, Unauthenticated.
        """
        await self._factors.require_recent(who, EventKind.PASSKEY_ADDED, client)
        now = self._clock()
        made = self._read(typed)
        challenge = self._challenges.read(made.client.challenge, Purpose.REGISTER, bound_to(who))
        if challenge is None or not self._is_good(made):
            raise PasskeyRefused
        if challenge.expires_at <= now:
            raise CeremonyOver
        passkey = self._passkey(who, made, typed.transports, name, client)
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, who.user.id, who.session_id)
            if not await queries.spend(tx, challenge):
                raise CeremonyOver
            if len(await queries.of_user(tx, who.user.id)) >= policy.MOST_PASSKEYS:
                raise TooManyPasskeys
            if not await queries.insert(tx, passkey, made.credential, who.session_id):
                raise PasskeyKnown
            await audit.record(
                tx,
                kind=EventKind.PASSKEY_ADDED,
                outcome=Outcome.SUCCESS,
                client=client,
                now=now,
                user_id=who.user.id,
                session_id=who.session_id,
            )
            await self._notices.passkey_added(tx, who.user.id, kept_in(passkey), who.session_id, client, now)
        return passkey

    async def ways_in(self, who: SignedIn) -> WaysIn:
        """What lets this user in."""
        async with self._database.connection() as connection:
            credentials = await users.credentials(connection, who.user.id)
            held = await queries.of_user(connection, who.user.id)
            codes = await self._factors.codes_left(connection, who.user.id)
        return WaysIn(credentials is not None and credentials.password_hash is not None, held, codes)

    async def account(self, who: SignedIn) -> AuthenticatorAccount:
        """What authenticators know this user by, so that a browser can tell them what has changed."""
        async with self._database.connection() as connection:
            return AuthenticatorAccount(self._party.rp_id, await queries.handle_of(connection, who.user.id))

    async def rename(self, who: SignedIn, passkey_id: UUID, typed: str, client: Client) -> str:
        """Another name, which is answered as it is kept.

        It asks for a recent proof: who could swap two names would have the user remove the wrong one. Raises
        StepUpRequired, PasskeyUnknown, Unauthenticated, PasskeyRefused for an empty name.
        """
        await self._factors.require_recent(who, EventKind.PASSKEY_RENAMED, client)
        name = policy.tidy_name(typed)
        if name is None:
            raise PasskeyRefused(errors=(FieldError("/name", "Please give it a name."),))
        async with self._database.transaction() as tx:
            await self._sessions.require_live(tx, who.user.id, who.session_id)
            if not await queries.rename(tx, passkey_id, who.user.id, name):
                raise PasskeyUnknown
            await audit.record(
                tx,
                kind=EventKind.PASSKEY_RENAMED,
                outcome=Outcome.SUCCESS,
                client=client,
                now=self._clock(),
                user_id=who.user.id,
                session_id=who.session_id,
            )
        return name

    def _read(self, typed: TypedRegistration) -> Registration:
        try:
            return gateway.read_registration(typed)
        except Unreadable as unreadable:
            raise PasskeyRefused from unreadable

    def _is_good(self, made: Registration) -> bool:
        return (
            policy.is_to_us(made.client, made.authenticator, Ceremony.CREATE, self._party)
            and made.credential.algorithm in policy.ALGORITHMS
            and gateway.is_usable(made.credential.public_key)
        )

    def _passkey(
        self, who: SignedIn, made: Registration, transports: tuple[str, ...], name: str | None, client: Client
    ) -> Passkey:
        now = self._clock()
        passkey = Passkey(
            id=new_id(now),
            user_id=who.user.id,
            credential_id=made.credential.credential_id,
            public_key=made.credential.public_key,
            sign_count=made.authenticator.sign_count,
            name="",
            transports=policy.tidy_transports(transports),
            aaguid=made.credential.aaguid,
            backup_eligible=made.authenticator.backup_eligible,
            backed_up=made.authenticator.backed_up,
            created_at=now,
            last_used_at=None,
        )
        keeper = kept_in(passkey)
        unnamed = device_name(client.user_agent) if keeper == ONE_DEVICE else keeper
        return replace(passkey, name=policy.tidy_name(name or "") or unnamed)


def bound_to(who: SignedIn) -> str:
    """What ties a challenge to this user in this session."""
    return f"{who.user.id}/{who.session_id}"
