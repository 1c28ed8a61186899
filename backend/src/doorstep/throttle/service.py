"""The throttle: turns a charged attempt into a refusal, counts what has only a network, and unlocks."""

from datetime import datetime
from uuid import UUID

from doorstep.attempts.models import Trial
from doorstep.attempts.service import Attempts
from doorstep.audit import service as audit
from doorstep.audit.models import Client, EventKind, Outcome
from doorstep.devices import service as devices
from doorstep.failure import Failure
from doorstep.kit.clock import Clock
from doorstep.kit.database import Connection, Database
from doorstep.settings import ThrottleSettings
from doorstep.throttle import policy, queries
from doorstep.throttle.failures import ConfirmationRequired, ProofRequired, TooManyAttempts
from doorstep.throttle.models import Charge, SpentProof, Subjects
from doorstep.throttle.policy import Admission, Limits
from doorstep.throttle.recent_refusals import RecentRefusals
from doorstep.throttle.subjects import SubjectNames
from doorstep.users import service as users
from doorstep.users.policy import email_key


class Throttle:
    """Knows the limits in force and the names under which attempts are counted."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: ThrottleSettings,
        names: SubjectNames,
        attempts: Attempts,
    ) -> None:
        self._database = database
        self._clock = clock
        self.names = names
        self.attempts = attempts
        self.limits = Limits(
            free_failures=settings.free_failures,
            longest_delay=settings.longest_delay,
            lock_after=settings.lock_after,
            network_free=settings.network_free,
            network_limit=settings.network_limit,
            network_window=settings.network_window,
            forget_after=settings.forget_after,
        )
        self._recent = RecentRefusals(settings.refusal_moment)

    async def hold_back(self, subjects: Subjects, proof: SpentProof | None) -> None:
        """Pass unless this network or person was refused a moment ago; then the same again, without the database.

        A proof of work is always looked at: it may be what was asked for.
        """
        now = self._clock()
        if proof is None:
            await self._recent.hold_back(subjects.network, now)
        await self._recent.hold_back(subjects.person, now)

    def require_admission(self, charge: Charge, subjects: Subjects, now: datetime) -> None:
        """Pass when the attempt may go on. Raises TooManyAttempts, ProofRequired, ConfirmationRequired."""
        refusal = self._refusal(charge, now)
        if refusal is not None:
            self._recent.note(subjects.person if charge.network_admitted else subjects.network, refusal, now)
            raise refusal

    def _refusal(self, charge: Charge, now: datetime) -> Failure | None:
        match policy.judge(charge, self.limits):
            case Admission.GO_ON:
                return None
            case Admission.WAIT:
                return TooManyAttempts(retry_after=policy.seconds_to_wait(charge, self.limits, now))
            case Admission.PROVE_WORK:
                return ProofRequired()
            case Admission.CONFIRM_BY_MAIL:
                return ConfirmationRequired()

    async def charge_network(self, client: Client, proof: SpentProof | None, trial: Trial | None = None) -> None:
        """Count an attempt that has no password to be guessed, such as a sign-up. Raises as `require_admission`.

        `trial` is given where a success takes the charge back.
        """
        now = self._clock()
        network = self.names.network(client.address)
        if proof is None:
            await self._recent.hold_back(network, now)
        async with self._database.connection() as connection:
            if trial is not None:
                trial.opened = True
            attempt_id = trial.id if trial else None
            charge = await queries.charge_network(connection, network, proof, self.limits, now, attempt_id)
        self.require_admission(charge, Subjects(email=network, device=None, network=network), now)

    async def forgive_network(self, tx: Connection, client: Client) -> None:
        """Take one charge of the network back, in the caller's transaction: the attempt was right."""
        await queries.forgive_network(tx, self.names.network(client.address))

    async def charge_code(self, tx: Connection, user_id: UUID, known_device: UUID | None) -> bytes:
        """Count a try at a code of this user's second factor, before it is looked at; the counter that has it.

        `known_device` is the browser where the user is known in it; all others share a counter. Only a right code
        takes the charges back, whichever way it was asked for: a right password does not. Raises TooManyAttempts.
        """
        now = self._clock()
        counter = self.names.factor(user_id, known_device)
        charge = await queries.charge_code(tx, counter, self.limits, now)
        if not charge.admitted:
            raise TooManyAttempts(retry_after=policy.seconds_to_wait(charge, self.limits, now))
        return counter

    async def forgive_codes(self, tx: Connection, user_id: UUID, known_device: UUID | None) -> None:
        """Take all charges of wrong codes in this browser back, in the caller's transaction: this one was right."""
        await queries.forget(tx, [self.names.factor(user_id, known_device)])

    async def forget(self, tx: Connection, email: str, user_id: UUID) -> None:
        """Forget the wrong passwords of this user in every browser, in the caller's transaction.

        Wrong codes stay counted: neither a mailbox nor a new password says anything about the second factor.
        """
        key = email_key(email)
        known = await devices.of_user(tx, user_id)
        subjects = [self.names.email(key), *(self.names.device(key, device_id) for device_id in known)]
        await queries.forget(tx, subjects)
        self._recent.forget(subjects)

    async def forget_user(self, tx: Connection, email: str, user_id: UUID) -> None:
        """Forget all that was counted for a user who is erased, in the caller's transaction."""
        await self.forget(tx, email, user_id)
        known = await devices.of_user(tx, user_id)
        names = [self.names.factor(user_id, None), *(self.names.factor(user_id, device_id) for device_id in known)]
        await queries.forget(tx, names)

    async def unlock(self, typed_email: str, client: Client) -> None:
        """Forget the wrong passwords of this address, in every browser. Raises UserUnknown."""
        async with self._database.transaction() as tx:
            user = await users.require_by_email(tx, typed_email)
            await self.forget(tx, user.email, user.id)
            await audit.record(
                tx,
                kind=EventKind.LOGIN_UNLOCKED,
                outcome=Outcome.SUCCESS,
                client=client,
                now=self._clock(),
                user_id=user.id,
            )
