"""What the bench tells: bounds, the page that is written from results, the chart."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench import publishing
from bench.chart import Bar, Bars, drawn
from bench.driving import Seen
from bench.figures import Figure, Table


def table() -> Table:
    made = Table("reads", "Reads", "Taken so.")
    made.add("users/me over bare FastAPI", "", [0.5, 0.6, 0.7], at_least=0.55)
    made.add("GET /users/me", "a second", [1900, 2000, 2100])
    made.add("bare <FastAPI>", "a second", [3300, 3400, 3500])
    made.add("GET /users/me: p99", "ms", [9, 30, 12], at_most=10)
    return made


@pytest.mark.parametrize(
    ("repeats", "bound", "reached"),
    [
        ([1, 3, 2], {"at_least": 2}, True),
        ([1, 3, 1.9], {"at_least": 2}, False),
        ([1, 3, 2], {"at_most": 2}, True),
        ([3, 3, 2], {"at_most": 2}, False),
        ([9], {}, True),
    ],
)
def test_the_median_is_what_is_held_to_a_bound(repeats: list[float], bound: dict[str, float], reached: bool) -> None:
    assert Figure("a", "", repeats, **bound).reached is reached


def test_a_percentile_is_of_the_answers_that_are_left() -> None:
    seen = Seen([(at / 10, float(at), 200 if at else 503, False) for at in range(101)])
    assert seen.of(200).percentile(0.5) == 51
    assert seen.after(5).percentile(0) == 50
    assert Seen([]).percentile(0.99) == 0


def test_every_bound_stands_beside_what_was_measured() -> None:
    told = publishing.summary([table()])
    assert "| Reads: users/me over bare FastAPI | at least 0.55 | 0.6  | reached |" in told
    assert "| Reads: GET /users/me: p99 | at most 10 | 12 ms | **missed** |" in told
    assert "bare <FastAPI>" not in told


def test_what_was_published_before_stays_on_the_page(tmp_path: Path) -> None:
    publishing.publish([table()], {"processor": "one", "commit": "a"}, tmp_path)
    other = Table("start", "Start", "Taken so, too.")
    other.add("second start", "s", [1.0], at_most=1.5)
    publishing.publish([other], {"processor": "two", "commit": "b"}, tmp_path)
    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert page.index("processor: one") < page.index("processor: two")
    assert "a: Reads; b: Start." in page
    assert "(**missed**)" in page
    assert page.count("at least 0.55") == 2
    assert json.loads((tmp_path / "results" / "reads.json").read_text(encoding="utf-8"))["figures"][0]["median"] == 0.6
    assert "users/me" in (tmp_path / "chart.svg").read_text(encoding="utf-8")


def test_what_misses_a_bound_is_explained() -> None:
    explained = publishing.explained([table for table, _ in publishing.published()])
    unexplained = [
        table.title
        for table, _ in publishing.published()
        if not table.reached and f"### {publishing.subject(table)}\n" not in explained
    ]
    assert not unexplained, "say in bench/missed.md why, with the profile that shows it"


def test_only_what_is_missed_is_explained() -> None:
    reached, missed = Table("refreshes", "Refreshes", ""), Table("logins", "Log-ins a second", "")
    reached.add("a", "", [1.0], at_least=1)
    missed.add("a", "", [0.5], at_least=1)
    told = publishing.explained([reached, missed])
    assert "### Log-ins a second" in told
    assert "### Refreshes" not in told
    assert publishing.explained([reached]) == ""
    flood = Table("flood-botnet", "Flood: botnet", "")
    flood.add("a", "", [4.0], at_most=3)
    assert "### Flood\n" in publishing.explained([flood])


def test_the_chart_is_to_scale_and_says_its_numbers() -> None:
    bars = [Bar("ours <b>", 1000, ours=True), Bar("other", 250, ours=False)]
    picture = ET.fromstring(drawn([Bars("Some & more", bars)]))  # noqa: S314 -- our own
    space = "{http://www.w3.org/2000/svg}"
    widths = {bar.get("class"): int(bar.get("width", 0)) for bar in picture.iter(f"{space}rect")}
    assert abs(widths["ours"] - 4 * widths["other"]) <= 4
    words = [text.text for text in picture.iter(f"{space}text")]
    assert words == ["Some & more", "ours <b>", "1,000", "other", "250"]
    assert picture.findtext(f"{space}desc") == "ours <b>: 1,000; other: 250"
    assert "prefers-color-scheme:dark" in (picture.findtext(f"{space}style") or "")


def test_an_empty_chart_is_still_a_picture() -> None:
    assert ET.fromstring(publishing.chart([])).tag.endswith("svg")  # noqa: S314 -- our own
