"""The same product under another master secret."""

from doorstep.assembly import assemble
from doorstep.secret_change.models import Part, Rotated
from tests.builders import SECRET
from tests.world import PHONE, World

OLD = SECRET.encode()
NEW = b"another secret for tests only, which follows the first"


async def under(world: World, secret: bytes, *former: bytes) -> World:
    """What a process finds that was started on the same database with this secret, and those before it beside it.

    Its ring is loaded, as at the start of a server.
    """
    fresh = assembled(world, secret, *former)
    await fresh.services.ring.load()
    return fresh


def assembled(world: World, secret: bytes, *former: bytes) -> World:
    """The same before any key was opened, as a command has it."""
    services = assemble(world.services.settings, world.database, secret, world.clock, former=former)
    return World(services, world.clock, world.database)


async def without_the_old(world: World) -> World:
    """Under a new secret and with keys of its own, after the old one was lost."""
    await rotated(assembled(world, NEW), lost=True)
    return await under(world, NEW)


def to_the_end(_part: Part, _looked: int, _total: int) -> bool:
    """Watches, and stops nothing."""
    return True


async def rotated(world: World, *, leaked: bool = False, lost: bool = False) -> Rotated:
    """One run of the change, to its end."""
    return await world.services.secret_change.rotate(PHONE, to_the_end, leaked=leaked, lost=lost)
