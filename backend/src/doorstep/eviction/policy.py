"""What hangs together with a session that the user reported, and what may be taken back of it. Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from doorstep.eviction.models import Added, AddedPasskey, Origin, Part, Reached, Scope

ALL_PARTS = frozenset(Part)
"""What «not me» and undoing a new address take back."""

RESET_PARTS = frozenset({Part.SESSIONS, Part.KNOWN_BROWSERS, Part.PENDING_EMAIL})
"""What a new password takes back: a reset says that the password was forgotten, not that somebody was there."""

ENTRANCES = frozenset({Part.SESSIONS, Part.KNOWN_BROWSERS})
"""What every account has as soon as somebody was in it: no news by itself."""

REMOVAL_DELAY = timedelta(hours=24)
"""How long an authenticator app that somebody else turned on stays, so that its user can object."""

LONG_KNOWN = timedelta(days=30)
"""A browser that was known for so long is its user's."""

REMOVAL_WITHIN = timedelta(hours=72)
"""How long ago the app may have been turned on for the mailbox to have any say in it."""


def reached(scope: Scope, passkeys: Collection[AddedPasskey], origins: Mapping[UUID, Origin]) -> Reached:
    """All sessions and passkeys that came of the reported ones.

    A session reaches the passkeys that were added in it and the one that it began with; a passkey reaches the sessions
    that began with it since, even when it was removed meanwhile; a browser that was first seen in a reached session
    reaches its sessions since.
    """
    sessions, taken, browsers = set(scope.sessions), set[UUID](), set(scope.browsers)
    while True:
        of_sessions = [origins[session_id] for session_id in sessions if session_id in origins]
        began_with = {origin.passkey_id for origin in of_sessions}
        browsers |= {each for origin in of_sessions if origin.is_first_in_browser for each in origin.browsers}
        found_keys = {
            passkey.id
            for passkey in passkeys
            if passkey.session_id in sessions
            or passkey.id in began_with
            or (scope.since is not None and passkey.at >= scope.since)
        }
        found_sessions = {
            origin.session_id
            for origin in origins.values()
            if origin.began_at >= scope.began_at
            and (
                origin.passkey_id in found_keys
                or origin.passkey_added_in in sessions
                or not browsers.isdisjoint(origin.browsers)
            )
        }
        if found_keys <= taken and found_sessions <= sessions:
            return Reached(frozenset(sessions), frozenset(taken))
        taken |= found_keys
        sessions |= found_sessions


def is_theirs(added: Added | None, scope: Scope, found: Reached) -> bool:
    """Whether this was added in a session that the user reported, or since the moment that they named."""
    if added is None:
        return False
    if added.session_id is not None and added.session_id in found.sessions:
        return True
    # Where no session was noted (by the version before) the moment decides.
    since = scope.began_at if added.session_id is None else scope.since
    return since is not None and added.at is not None and added.at >= since


def moved_by_them(given_up: Added, scope: Scope, found: Reached, origins: Mapping[UUID, Origin]) -> bool:
    """Whether the address was given up in a reported session, or later in a browser that is newer than that one.

    A link that somebody read long ago must not undo what the user does in a browser of theirs: time alone says nothing.
    """
    if given_up.session_id is None:
        return bool(scope.sessions) and is_theirs(given_up, scope, found)
    if given_up.session_id in found.sessions:
        return True
    origin = origins.get(given_up.session_id)
    if origin is None or origin.began_at < scope.began_at:
        return False
    return origin.browser_since is None or origin.browser_since > scope.began_at


def origins_wanted(scope: Scope, items: Iterable[Added | AddedPasskey | None]) -> set[UUID]:
    """The sessions that must be looked up to tell what hangs together."""
    return {*scope.sessions, *(item.session_id for item in items if item is not None and item.session_id)}


def witness_before(scope: Scope, origin: Origin | None) -> datetime:
    """What must have been there already for somebody to object: before the reported session, and the app's browser."""
    since = origin.browser_since if origin else None
    return scope.known_before if since is None else min(scope.known_before, since)


def may_remove_authenticator(added: Added, origin: Origin | None, now: datetime, *, can_be_stopped: bool) -> bool:
    """Whether the app may be removed after the delay on the word of the mailbox.

    Only one that was turned on lately, in a browser that had not been known for long, and only where a browser or a
    passkey from before that one could object: the mailbox alone never passes an app that its user turned on.
    """
    if added.at is None or now >= added.at + REMOVAL_WITHIN:
        return False
    since = origin.browser_since if origin else None
    if since is not None and added.at >= since + LONG_KNOWN:
        return False
    return can_be_stopped


def is_reported_altogether(origin: Origin) -> bool:
    """Whether a browser may be newer than the account's others: not known for long before the reported session."""
    return origin.browser_since is not None and origin.began_at < origin.browser_since + LONG_KNOWN
