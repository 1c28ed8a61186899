"""The demo subscriber of the very first start: somebody to log in as, with a password that nobody else knows."""

import asyncio
from dataclasses import dataclass
from secrets import choice

from doorstep.cli.operator import operator
from doorstep.cli.preparation import Prepared
from doorstep.cli.who import acting

EMAIL = "demo@example.com"
_CONSONANTS = "bdfgjklmnprstvz"
_VOWELS = "aeiou"
_WORDS, _SYLLABLES = 4, 3


@dataclass(frozen=True, slots=True)
class Demo:
    """What is printed once and kept nowhere."""

    email: str
    password: str


def speakable_password() -> str:
    """Four words of three syllables, such as `bodaki-lumefa-ronuti-sapove`: 27 characters, 74 random bits."""
    words = ("".join(choice(_CONSONANTS) + choice(_VOWELS) for _ in range(_SYLLABLES)) for _ in range(_WORDS))
    return "-".join(words)


def make_demo(ready: Prepared) -> Demo:
    """Register the demo subscriber and grant the first plan."""
    return asyncio.run(_make(ready))


async def _make(ready: Prepared) -> Demo:
    demo = Demo(EMAIL, speakable_password())
    async with operator(ready) as services:
        await services.sign_up.create(demo.email, demo.password, acting())
        await services.subscriptions.grant(demo.email, ready.settings.plans[0].code, acting())
    return demo
