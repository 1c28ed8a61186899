from datetime import timedelta

from doorstep.keys.service import KeyRing
from doorstep.kit.database import Database
from doorstep.kit.sealing import Sealer
from doorstep.settings import TokenSettings
from tests.builders import HandClock


async def test_the_first_load_makes_a_key_that_signs(database: Database, clock: HandClock) -> None:
    ring = KeyRing(database, clock, Sealer(b"k" * 32), TokenSettings())
    assert not ring.loaded
    await ring.load()
    assert ring.loaded
    kid, _ = ring.signer()
    assert [key["kid"] for key in ring.key_set()["keys"]] == [kid]


async def test_the_next_key_is_published_before_it_signs(database: Database, clock: HandClock) -> None:
    settings = TokenSettings()
    ring = KeyRing(database, clock, Sealer(b"k" * 32), settings)
    await ring.load()
    first, _ = ring.signer()
    clock.now += settings.key_life - settings.key_notice
    await ring.load()
    assert ring.signer()[0] == first
    published = {key["kid"] for key in ring.key_set()["keys"]}
    assert len(published) == 2
    clock.now += settings.key_notice
    second, _ = ring.signer()
    assert second != first
    assert second in published
    assert await ring.verifier(first) is not None
    clock.now += settings.access_ttl + settings.leeway + timedelta(seconds=1)
    assert await ring.verifier(first) is None
