"""Sign-up: registering, and being signed in by it."""

from uuid import UUID

from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.devices import service as devices
from doorstep.failure import FieldError
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.kit.hashing import PasswordHasher
from doorstep.notices.service import Notices
from doorstep.passwords.service import Passwords
from doorstep.sessions.models import PASSWORD_ONLY
from doorstep.sessions.service import Sessions
from doorstep.signup.models import NewUser
from doorstep.throttle.models import SpentProof
from doorstep.throttle.service import Throttle
from doorstep.users import service as users
from doorstep.users.failures import EmailTaken
from doorstep.users.policy import email_key
from doorstep.users.service import Users, require_email

NEVER_CONFIRMED = (
    "Somebody has signed up with this e-mail, and nobody has confirmed it. If it is yours, look into your mail: "
    "its link makes the account yours."
)


class SignUp:
    """Registers people."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        hasher: PasswordHasher,
        passwords: Passwords,
        registry: Users,
        throttle: Throttle,
        sessions: Sessions,
        notices: Notices,
    ) -> None:
        self._database = database
        self._clock = clock
        self._hasher = hasher
        self._passwords = passwords
        self._registry = registry
        self._throttle = throttle
        self._sessions = sessions
        self._notices = notices

    async def register(
        self,
        typed_email: str,
        password: str,
        *,
        remember: bool,
        client: Client,
        device_id: UUID | None = None,
        proof: SpentProof | None = None,
    ) -> NewUser:
        """A new user, signed in. Raises EmailRefused, PasswordRefused, EmailTaken, Busy, and as the throttle does.

        Each try counts against the network, so that nobody finds out addresses or makes users by the thousand.
        """
        with self._hasher.place() as place:
            await self._throttle.charge_network(client, proof)
            email = await self._acceptable(typed_email, password)
            await self._refuse_taken(email, client)
            password_hash = await self._hasher.hash(password, place)
        async with self._database.transaction() as tx:
            user_id = await self._add(tx, email, password_hash, EventKind.SIGNED_UP, client)
            known_as = await devices.remember(tx, user_id, device_id, self._clock())
            grant = await self._sessions.start(
                tx, user_id, remember=remember, amr=PASSWORD_ONLY, client=client, device_id=known_as
            )
            await self._notices.verify_email(tx, user_id, email, self._clock())
            return NewUser(user_id, grant, known_as)

    async def _refuse_taken(self, email: str, client: Client) -> None:
        """Raises EmailTaken where a user has the address. Where nobody has proven it, its reader is told by mail."""
        holder = await self._registry.find_by_email(email)
        if holder is None:
            return
        if holder.email_verified_at is not None:
            raise EmailTaken(errors=(FieldError("/email", EmailTaken.title),))
        now = self._clock()
        async with self._database.transaction() as tx:
            await audit.record(
                tx, kind=EventKind.SIGNUP_REFUSED, outcome=Outcome.REFUSED, client=client, now=now, user_id=holder.id
            )
            await self._notices.signed_up_again(tx, holder.id, now)
        raise EmailTaken(errors=(FieldError("/email", NEVER_CONFIRMED),))

    async def register_quietly(
        self, typed_email: str, password: str, *, client: Client, proof: SpentProof | None = None
    ) -> None:
        """A new user, signed in nowhere, or nothing at all if the address is taken: the caller is not told which.

        Nor does a log-in tell: until the address is verified every password is wrong for a new user, as the one typed
        here is for a taken address. Both are the same work (a hash, the same statements). Only the mailbox tells: a new
        user is welcomed there, the user of a taken address hears that somebody tried, and finds `signup_refused` among
        their events.

        Raises EmailRefused, PasswordRefused, Busy, and as the throttle does: the same for both.
        """
        with self._hasher.place() as place:
            await self._throttle.charge_network(client, proof)
            email = await self._acceptable(typed_email, password)
            password_hash = await self._hasher.hash(password, place)
        async with self._database.transaction() as tx:
            now = self._clock()
            try:
                await users.add(tx, email, password_hash, now, log_in_when_verified=True)
                kind, outcome = EventKind.SIGNED_UP, Outcome.SUCCESS
            except EmailTaken:
                kind, outcome = EventKind.SIGNUP_REFUSED, Outcome.REFUSED
            owner = await users.by_email_key(tx, email_key(email))
            user_id = owner.id if owner else None
            await audit.record(tx, kind=kind, outcome=outcome, client=client, now=now, user_id=user_id)
            if owner is not None:  # None for an address that its user gave up lately
                is_new = outcome is Outcome.SUCCESS
                await self._notices.sign_up_noted(tx, owner, password_hash, now, is_new=is_new)

    async def create(self, typed_email: str, password: str, client: Client) -> UUID:
        """A new user made by an operator, signed in nowhere. Raises as `register` does."""
        email = await self._acceptable(typed_email, password)
        if await self._registry.find_by_email(email) is not None:
            raise EmailTaken(errors=(FieldError("/email", EmailTaken.title),))
        password_hash = await self._hasher.hash(password)
        async with self._database.transaction() as tx:
            return await self._add(tx, email, password_hash, EventKind.USER_CREATED, client)

    async def _acceptable(self, typed_email: str, password: str) -> str:
        """The address to keep, if both are such as we take, whoever has the address."""
        email = require_email(typed_email)
        await self._passwords.require_acceptable(password, email)
        return email

    async def _add(self, tx: Connection, email: str, password_hash: str, kind: EventKind, client: Client) -> UUID:
        now = self._clock()
        user_id = await users.add(tx, email, password_hash, now)
        await audit.record(tx, kind=kind, outcome=Outcome.SUCCESS, client=client, now=now, user_id=user_id)
        return user_id
