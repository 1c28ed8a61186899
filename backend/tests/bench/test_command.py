"""The command: its exit code, and what is published when a measure fails."""

import argparse
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.figures import Table


def reads(value: float) -> Table:
    table = Table("reads", "Reads", "Taken so.")
    table.add("users/me over bare FastAPI", "", [value], at_least=0.55)
    return table


@pytest.mark.parametrize(("value", "code"), [(0.54, 1), (0.55, 0)])
def test_a_missed_bound_is_the_exit_code(
    value: float, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], {"reads": lambda _place, _asked: [reads(value)]}, tmp_path) == code
    assert ("**missed**" in capsys.readouterr().out) is bool(code)
    assert not list(tmp_path.iterdir()), "nothing is published unasked"


def test_one_missed_bound_among_others_counts(tmp_path: Path) -> None:
    measures = {"a": lambda _place, _asked: [reads(0.1), reads(0.9)], "b": lambda _place, _asked: [reads(0.9)]}
    assert main([], measures, tmp_path) == 1
    assert main(["b"], measures, tmp_path) == 0


def test_a_measure_that_fails_takes_none_of_those_before_with_it(tmp_path: Path) -> None:
    def fails(_place: Path, _asked: argparse.Namespace) -> list[Table]:
        raise RuntimeError("not everybody was let in")

    with pytest.raises(RuntimeError, match="let in"):
        main(["--publish"], {"reads": lambda _place, _asked: [reads(0.7)], "start": fails}, tmp_path)
    assert "0.7" in (tmp_path / "README.md").read_text(encoding="utf-8")
