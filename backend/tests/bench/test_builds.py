"""Two builds beside each other: which one is served how, what is held to the bound, and that a base must be named."""

import argparse
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bench.__main__ import main
from bench.builds import AT_LEAST, Pair, table, undisturbed
from bench.checkout import Checkout
from bench.figures import Table
from bench.pinning import CAN_PIN, cores, placed
from bench.side import KINDS, Turn


def pair(this: float, base: float, others: float = 0) -> Pair:
    return Pair(Turn(this, 1000 / this, 0), Turn(base, 1000 / base, others))


def told(*pairs: Pair) -> Table:
    ours = Checkout.ours()
    return table({"refreshes": list(pairs)}, ours, ours)


def checkout_in(folder: Path) -> Path:
    package = folder / "backend" / "src" / "doorstep"
    package.mkdir(parents=True)
    for name in ("__init__.py", "__main__.py"):
        (package / name).touch()
    return folder


def test_each_turn_is_held_against_the_one_beside_it() -> None:
    ratios = told(pair(99, 100), pair(30, 20)).figures[0]
    assert ratios.repeats == [0.99, 1.5]


@pytest.mark.parametrize(("this", "code"), [((97, 97, 10), 0), ((96, 96, 1000), 1), ((10, 97, 97), 0)])
def test_the_median_of_the_ratios_decides_the_exit_code(this: tuple[float, ...], code: int, tmp_path: Path) -> None:
    measures = {"builds": lambda _place, _asked: [told(*(pair(rate, 100) for rate in this))]}
    assert main(["builds", "--base", str(checkout_in(tmp_path))], measures, tmp_path) == code


def test_every_kind_has_a_bound() -> None:
    ours = Checkout.ours()
    made = table({kind: [pair(1, 1)] for kind in KINDS}, ours, ours)
    assert [figure.at_least for figure in made.figures if figure.bound] == [AT_LEAST] * len(KINDS)
    assert AT_LEAST == 0.97


@pytest.mark.parametrize(
    ("others", "counts", "waited"),
    [((0.1, 0.0), 0.1, 0), ((0.3, 0.02), 0.02, 1), ((0.3, 0.2, 0.4, 0.0), 0.2, 2)],
)
def test_a_disturbed_pair_is_taken_again_twice_at_most(others: tuple[float, ...], counts: float, waited: int) -> None:
    """Whatever was measured: the better ratio does not count for being better."""
    pairs, waits = iter(pair(1 + share, 1, share) for share in others), list[None]()
    assert undisturbed(lambda: next(pairs), lambda: waits.append(None)).others == counts
    assert len(waits) == waited


def test_the_commits_of_both_are_told() -> None:
    ours = Checkout.ours()
    assert f"Commit {ours.commit} beside {ours.commit}" in told(pair(1, 1)).how


def test_without_a_base_it_is_left_out(tmp_path: Path) -> None:
    def fails(_place: Path, _asked: argparse.Namespace) -> list[Table]:
        raise RuntimeError("nobody named a base")

    def reads(_place: Path, _asked: argparse.Namespace) -> list[Table]:
        return []

    assert main([], {"reads": reads, "builds": fails}, tmp_path) == 0
    with pytest.raises(RuntimeError, match="base"):
        main(["--base", str(checkout_in(tmp_path))], {"reads": reads, "builds": fails}, tmp_path)


def test_asked_for_alone_it_wants_a_base(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["builds"], {"builds": lambda _place, _asked: []}, tmp_path)
    assert refused.value.code == 2
    assert "--base" in capsys.readouterr().err


def test_a_folder_without_a_build_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--base", str(tmp_path)], {}, tmp_path)
    assert refused.value.code == 2
    assert "name a checkout of Doorstep" in capsys.readouterr().err


def test_a_base_without_an_environment_of_its_own_shares_ours(tmp_path: Path) -> None:
    found = Checkout.found(checkout_in(tmp_path))
    assert found.python == sys.executable
    assert found.shares_packages


def test_a_base_with_an_environment_of_its_own_runs_in_it(tmp_path: Path) -> None:
    own = checkout_in(tmp_path) / ".venv" / "bin" / "python"
    own.parent.mkdir(parents=True)
    own.touch()
    found = Checkout.found(tmp_path)
    assert found.python == str(own)
    assert not found.shares_packages


def test_what_is_imported_is_the_source_of_that_folder(tmp_path: Path) -> None:
    """The folder's package is empty; the installed one is not what answers instead."""
    with pytest.raises(RuntimeError, match="cannot be served"):
        _ = Checkout.found(checkout_in(tmp_path)).engine
    assert Checkout.ours().engine


@pytest.mark.skipif(not CAN_PIN, reason="no process can choose its core here")
def test_a_server_has_its_core_for_a_turn_only() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as waiting:
        server = psutil.Process(waiting.pid)
        with placed(server):
            assert server.cpu_affinity() == cores()[:1]
        assert server.cpu_affinity() == cores()
        waiting.communicate(b"\n")
