"""Importing is measured as what the command itself takes."""

from pathlib import Path

from bench import imports


def test_memory_is_the_commands_own_and_not_of_whoever_started_it(tmp_path: Path) -> None:
    ours = b"\1" * 400_000_000
    table = imports.measure(tmp_path, repeats=1, patience=0, users=8)
    [memory] = [figure for figure in table.figures if figure.name == "memory at most"]
    assert 20 < memory.value < len(ours) / 1e6 / 2
