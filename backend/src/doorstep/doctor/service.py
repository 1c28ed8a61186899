"""The doctor: gathers facts, has each judged, and tells what silently goes wrong in production."""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import replace

from doorstep.doctor import chosen, gateway, machine, queries
from doorstep.doctor.models import Finding, Heard, ServerAnswer
from doorstep.doctor.policy import clock as clocks
from doorstep.doctor.policy import database as databases
from doorstep.doctor.policy import keys, limits, plans, secrets, web
from doorstep.doctor.policy import machine as machines
from doorstep.doctor.policy import mail as mails
from doorstep.keys.models import Listed
from doorstep.keys.service import SigningKeys
from doorstep.kit.argon2 import engine
from doorstep.kit.clock import Clock, utc_now
from doorstep.kit.database import Database
from doorstep.kit.hash_slots import processor_cores
from doorstep.kit.operator_pass import make_pass
from doorstep.kit.pooler import loses_statements
from doorstep.kit.revision import newest_revision
from doorstep.kit.sealing import SealBroken, sealer
from doorstep.kit.secret import MIRROR, SIGNING_KEYS, Secrets, derive
from doorstep.mail.gateway import NotSent, SmtpCarrier
from doorstep.secret_change.service import SecretChange
from doorstep.settings import LOOPBACK_HOSTS, Settings

Findings = tuple[Finding, ...]


class Doctor:
    """Examines one installation by its settings. Changes nothing."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self._settings = settings
        self._clock = clock
        self._secret, self._secret_place = machine.master_secret(settings)
        self._former = machine.former_secrets(settings)
        self._begun = not settings.embedded or (settings.data_dir / "postgres").exists()
        self._loopback = settings.host in LOOPBACK_HOSTS

    def of_machine(self) -> Findings:
        """Settings, files and this machine: what needs neither database nor server."""
        return tuple(self._machine())

    async def of_database(self, dsn: str) -> tuple[Findings, frozenset[str] | None]:
        """The database at `dsn` and the keys in it; their names, or None where there is no table of them yet.

        Raises DatabaseUnavailable.
        """
        settings = self._settings
        database = Database(dsn, connections=1, statement_cache=0)
        await database.open()
        try:
            async with database.connection() as connection:
                facts = await queries.facts(connection, self._clock)
                outbox = await queries.outbox(connection, mails.FAILED_OFTEN) if facts.has_outbox else None
                is_ours = facts.revision == newest_revision()
                clashes = await queries.clashes(connection) if is_ours else None
                made = facts.revision is not None
                by_plan = await queries.subscriptions_by_plan(connection, self._clock()) if made else {}
            if not settings.embedded:
                lost = await loses_statements(dsn)
                facts = replace(facts, pooled=facts.pooled or lost, loses_statements=lost)
            found = [
                databases.version(facts),
                databases.encoding(facts),
                databases.collation(facts),
                databases.migrations(facts, newest_revision()),
                databases.durability(facts),
                *databases.role(facts, embedded=settings.embedded),
                databases.connections(facts, settings.workers, settings.database_connections),
                databases.transport(facts),
                databases.pooler(facts, settings.database_statement_cache),
                clocks.clock("the database", facts.ahead),
            ]
            if outbox is not None:
                found.append(mails.outbox(outbox))
            if clashes is not None:
                found.append(databases.shared_mailboxes(clashes))
            kids = None
            if facts.revision is not None:
                listed, opened = await self._signing_keys(database)
                kids = frozenset(each.key.kid for each in listed)
                found.append(keys.signing_keys(listed, self._clock(), settings.tokens.key_notice, opened=opened))
                found.append(plans.known(by_plan, {plan.code for plan in settings.plans}))
            if facts.revision == newest_revision():
                change = SecretChange(database, self._clock, self._secrets, settings.tokens)
                found.append(secrets.sealed(await change.standing()))
        finally:
            await database.close()
        return _said(found), kids

    async def of_mail_server(self) -> Findings:
        """The mail server, where one is set: connects and logs in as for a mail, and sends nothing."""
        if self._settings.mail.smtp_host is None:
            return ()
        try:
            answer = ServerAnswer(offers_login=await SmtpCarrier(self._settings.mail).check())
        except NotSent as refusal:
            answer = ServerAnswer(trouble=str(refusal))
        return (mails.answering(answer),)

    async def of_server(self, kids: frozenset[str] | None) -> Findings:
        """The server, by the public URL and by its own address. `kids` are the keys in the database, if known."""
        settings = self._settings
        public, direct = await asyncio.gather(
            asyncio.to_thread(self._hear, gateway.public_target(settings.origin)),
            asyncio.to_thread(self._hear, gateway.direct_target(settings.origin, settings.host, settings.port)),
        )
        return _said(self._server(public, direct, kids))

    def _hear(self, target: gateway.Target) -> Heard:
        key = derive(self._secret.encode(), MIRROR) if self._secret else None
        return gateway.hear(target, make_pass(key, self._clock()) if key else None, self._clock)

    def _server(self, public: Heard, direct: Heard, kids: frozenset[str] | None) -> Iterator[Finding | None]:
        settings = self._settings
        yield web.answers(settings.origin, public, runs=direct.is_doorstep)
        yield web.hsts(public, https=settings.https)
        yield web.cookie_flags(settings.origin, public, https=settings.https)
        if direct != public:
            yield web.cookie_flags(f"{settings.host}:{settings.port}", direct, https=settings.https)
        yield web.client_address(public, settings.trusted_proxies)
        if kids:
            yield web.same_database(public if public.kids else direct, kids)
        yield clocks.clock("the server", public.ahead or direct.ahead)

    @property
    def _secrets(self) -> Secrets:
        """Those that the server uses; an empty one opens nothing."""
        return Secrets((self._secret or "").encode(), tuple(each.encode() for each in self._former))

    async def _signing_keys(self, database: Database) -> tuple[tuple[Listed, ...], bool]:
        opens = sealer(self._secrets, SIGNING_KEYS)
        signing_keys = SigningKeys(database, self._clock, opens, self._settings.tokens)
        listed = await signing_keys.overview()
        try:
            for each in listed:
                if each.believed_until > self._clock():
                    signing_keys.open(each.key)
        except SealBroken:
            return listed, False
        return listed, True

    def _machine(self) -> Iterator[Finding]:
        settings = self._settings
        cores, slots = processor_cores(), settings.passwords.hash_slots
        yield web.public_url(settings.origin, https=settings.https, listens_on_loopback=self._loopback)
        around = web.way_around(settings.trusted_proxies, listens_on_loopback=self._loopback)
        yield from _said([around])
        if self._secret is not None or self._begun:
            yield machines.secret(self._secret, self._secret_place)
        yield from machines.closed_paths(machine.private_paths(settings))
        yield mails.sending(chosen.mail(settings.mail), https=settings.https)
        yield limits.hashing(settings.passwords.hash_memory_kib, settings.passwords.hash_time_cost, engine())
        yield from limits.limits("throttle", chosen.throttle_limits(settings))
        yield from limits.limits("sessions", chosen.lives(settings))
        yield from limits.in_the_open(api_docs=settings.api_docs, log_level=settings.log_level)
        yield from machines.capacity(
            settings.workers,
            slots or max(1, cores // settings.workers),
            settings.passwords.hash_memory_kib,
            cores,
            machine.memory_bytes(),
        )
        if settings.embedded:
            yield machines.free_disk(machine.free_bytes(settings.data_dir), str(settings.data_dir))
        yield machines.python((sys.version_info.major, sys.version_info.minor), self._clock().date())
        yield from machines.packages(*machine.package_versions())


def _said(found: list[Finding | None] | Iterator[Finding | None]) -> Findings:
    return tuple(finding for finding in found if finding is not None)
