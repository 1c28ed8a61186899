"""This build beside another one: log-ins, reads, refreshes and sign-ups of both, in turns on one machine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from statistics import mean
from typing import Final

from bench.beside import CLIENTS
from bench.checkout import Checkout
from bench.figures import Table
from bench.quiet import OTHERS, wait_until_quiet
from bench.side import KINDS, USERS_A_PAIR, Ready, Side, Turn, running

AT_LEAST: Final = 0.97
_PAIRS: Final = 10
"""In each repeat, of each kind: many and short, since machines drift in seconds."""
_LEFT_ALONE: Final = 0.1
"""The most that others may take of all cores in a pair that is not taken again."""
_TAKEN_AGAIN: Final = 2
_LONGEST_WAIT: Final = 10.0


@dataclass(frozen=True)
class Pair:
    """A turn of each build, one right after the other."""

    this: Turn
    base: Turn

    @property
    def others(self) -> float:
        """How disturbed it was: the others' share in the turn in which it was greater."""
        return max(self.this.others, self.base.others)

    def ratio(self, of: Callable[[Turn], float]) -> float:
        """This build over the other one."""
        return of(self.this) / of(self.base)


def undisturbed(take: Callable[[], Pair], wait: Callable[[], None]) -> Pair:
    """The first pair in which others left the machine alone, or the least disturbed of three.

    What decides is the others' share, and never what was measured.
    """
    taken = [take()]
    while taken[-1].others > _LEFT_ALONE and len(taken) <= _TAKEN_AGAIN:
        wait()
        taken.append(take())
    return min(taken, key=lambda pair: pair.others)


def measure(place: Path, repeats: int, patience: float, base: Checkout) -> Table:
    """Each kind of request at both builds, in turns of a few seconds."""
    ours = Checkout.ours()
    taken: dict[str, list[Pair]] = {kind: [] for kind in KINDS}
    users = repeats * _PAIRS * (1 + _TAKEN_AGAIN) * USERS_A_PAIR
    with running(place / "this", ours, users) as this, running(place / "base", base, users) as other:
        for _ in range(repeats):
            wait_until_quiet(patience)
            for at, (kind, prepare) in product(range(_PAIRS), KINDS.items()):
                # Now the one first, now the other: what drifts in one direction meets both alike.
                take = partial(_pair, prepare, this, other, base_first=bool(at % 2))
                taken[kind].append(undisturbed(take, partial(wait_until_quiet, min(patience, _LONGEST_WAIT))))
    return table(taken, ours, base)


def _pair(prepare: Callable[[Side], Ready], this: Side, other: Side, *, base_first: bool) -> Pair:
    turns = []
    for side in (other, this) if base_first else (this, other):
        ready = prepare(side)
        this.settle()
        other.settle()
        turns.append(ready())
    return Pair(turns[1], turns[0]) if base_first else Pair(turns[0], turns[1])


def table(taken: Mapping[str, list[Pair]], this: Checkout, base: Checkout) -> Table:
    """The ratio of each kind with its bound, and what it comes from."""
    packages = "the same packages" if base.shares_packages else "the packages of its own environment"
    engines = this.engine if this.engine == base.engine else f"{this.engine} here and {base.engine} there"
    made = Table(
        "builds",
        "This build beside another",
        f"Commit {this.commit} beside {base.commit}, which runs with {packages}; hashes by {engines}. Both serve as "
        "shipped, each with a database of its own, and are asked one at a time in turns of a few seconds, now the one "
        f"first and now the other, {_PAIRS} pairs of each kind in each repeat; the figures stand pair by pair. A pair "
        f"in which others took more than {_LEFT_ALONE:g} of all cores is taken again, {_TAKEN_AGAIN} times at most, "
        f"and the least disturbed counts. {CLIENTS} clients, each its own user and network. No turn meets users of an "
        "earlier one: in a known browser a user logs in some dozen times, in a new one once (mail and all), so that "
        "no user has more sessions than a build leaves alone. All users but those who sign up are verified. No turn "
        "begins before the mails of the last have left. For reads and refreshes the event loop is on the first core, "
        "and PostgreSQL is with the load generator on the last; log-ins and sign-ups have all cores.",
    )
    for kind, pairs in taken.items():
        rates = [pair.ratio(lambda turn: turn.a_second) for pair in pairs]
        made.add(f"{kind}: this build over the other", "", rates, at_least=AT_LEAST)
    for kind, pairs in taken.items():
        made.add(f"{kind}: this build", "a second", [pair.this.a_second for pair in pairs])
        made.add(f"{kind}: the other", "a second", [pair.base.a_second for pair in pairs])
        costs = [pair.ratio(lambda turn: turn.core_ms) for pair in pairs]
        made.add(f"{kind}: core time of an answer, this build over the other", "", costs)
    made.add(*OTHERS, [mean(pair.others for pair in pairs) for pairs in zip(*taken.values(), strict=True)])
    return made
