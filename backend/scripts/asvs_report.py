"""Writes `docs/reference/asvs.md`: each requirement of ASVS 5.0 that bites on this product, and what proves it.

`make asvs` runs it. It runs the tests that are marked with a requirement (of the site: those that a fault names), and
joins what passed with the faults that were seen (`scripts/plant_faults.py`) and with `asvs/decisions.toml`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from plant_faults import BACKEND, FRONTEND, read_faults, read_seen

CATALOGUE = BACKEND / "asvs" / "catalogue.json"
DECISIONS = BACKEND / "asvs" / "decisions.toml"
REPORT = BACKEND.parent / "docs" / "reference" / "asvs.md"


@dataclass(frozen=True)
class Requirement:
    """One requirement of the catalogue."""

    id: str
    chapter: str
    level: int
    summary: str
    kind: str


@dataclass(frozen=True)
class Verdict:
    """`met` is decided by tests or by a decision; `how` is what the report shows."""

    met: bool
    how: str


def requirements() -> list[Requirement]:
    """Those that bite on this product, in the order of the standard."""
    entries = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return [
        Requirement(entry["id"], entry["chapter"], entry["level"], entry["summary"], entry["check"])
        for entry in entries
        if entry["applicable"]
    ]


def passed_tests() -> dict[str, list[str]]:
    """Run the marked tests; the names of those that passed, by requirement. Raises SystemExit when one failed."""
    # As `make test` does: what compares times has the machine to itself, the rest is shared by the cores.
    cases = [*_cases("tests/timing"), *_cases("--ignore=tests/timing", "-n", "auto")]
    passed: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        if case.find("skipped") is not None:
            continue
        path = case.attrib["classname"].replace(".", "/") + ".py"
        name = case.attrib["name"].partition("[")[0]
        for entry in case.iter("property"):
            if entry.attrib["name"] == "asvs":
                passed[entry.attrib["value"]].add(f"{path}::{name}")
    return {requirement: sorted(tests) for requirement, tests in passed.items()}


def _cases(*arguments: str) -> list[ET.Element]:
    with tempfile.TemporaryDirectory(prefix="doorstep-asvs-") as directory:
        results = Path(directory) / "results.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-m", "asvs", f"--junitxml={results}", *arguments]
        done = subprocess.run(command, cwd=BACKEND, check=False)
        if done.returncode != 0:
            raise SystemExit("a test that proves a requirement failed; the report was not written")
        return list(ET.parse(results).iter("testcase"))  # noqa: S314 -- pytest wrote it a moment ago


def passed_tests_of_the_site() -> dict[str, list[str]]:
    """The same for the site: its tests are named by the faults. Raises SystemExit when one failed."""
    proofs = {(name, fault.asvs) for fault in read_faults() if fault.in_frontend for name in fault.tests}
    files = sorted({name.partition("::")[0] for name, _ in proofs})
    command = ["npx", "vitest", "run", *files]
    if subprocess.run(command, cwd=FRONTEND, check=False).returncode != 0:
        raise SystemExit("a test of the site that proves a requirement failed; the report was not written")
    passed: dict[str, set[str]] = defaultdict(set)
    for name, proved in proofs:
        for requirement in proved:
            passed[requirement].add(f"frontend/{name}")
    return {requirement: sorted(tests) for requirement, tests in passed.items()}


def judge(requirement: Requirement, tests: list[str], seen: set[str], decision: dict[str, str] | None) -> Verdict:
    """Met through tests whose fault was seen, or through a decision where the kind is "doc"; else a gap."""
    if tests and requirement.id in seen:
        return Verdict(met=True, how=", ".join(f"`{test}`" for test in tests))
    if decision and requirement.kind == "doc" and decision["status"] == "met":
        return Verdict(met=True, how=f"Decision: {decision['text']}")
    if decision:
        return Verdict(met=False, how=f"Gap: {decision['text']}")
    if tests:
        return Verdict(met=False, how="Gap: tested, but no planted fault was seen to fail")
    return Verdict(met=False, how="Gap: not proved yet")


def report(verdicts: dict[Requirement, Verdict]) -> str:
    """The whole page."""
    total, met = Counter[int](), Counter[int]()
    for requirement, verdict in verdicts.items():
        total[requirement.level] += 1
        met[requirement.level] += verdict.met
    lines = [
        "# OWASP ASVS 5.0",
        "",
        "Written by `make asvs`; do not edit. A requirement counts as met only through a test that passes and was seen",
        "to fail with the defence taken out (`make plant`), or through a decision where it asks for a document.",
        "Requirements in our words, based on OWASP ASVS 5.0.0 (CC BY-SA 4.0).",
        "",
        "| level | met | of those that bite on this product |",
        "|---|---|---|",
        *(f"| {level} | {met[level]} | {total[level]} |" for level in sorted(total)),
    ]
    chapter = ""
    for requirement, verdict in verdicts.items():
        if requirement.chapter != chapter:
            chapter = requirement.chapter
            lines += [
                "",
                f"## {chapter}",
                "",
                "| requirement | level | | what it asks | how it is met |",
                "|---|---|---|---|---|",
            ]
        number = requirement.id.rpartition("-")[2]
        mark = "met" if verdict.met else "gap"
        lines.append(f"| {number} | {requirement.level} | {mark} | {requirement.summary} | {verdict.how} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run the tests and write the page; exit 1 when fewer are met than the arguments demand."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--level-1", type=int, default=0, help="how many of level 1 must be met")
    parser.add_argument("--level-2", type=int, default=0, help="how many of level 2 must be met")
    wanted = parser.parse_args()
    seen_faults = read_seen()
    seen = {requirement for fault in read_faults() if fault.fingerprint in seen_faults for requirement in fault.asvs}
    decisions = tomllib.loads(DECISIONS.read_text(encoding="utf-8"))
    tests, of_the_site = passed_tests(), passed_tests_of_the_site()
    verdicts = {
        requirement: judge(
            requirement,
            tests.get(requirement.id, []) + of_the_site.get(requirement.id, []),
            seen,
            decisions.get(requirement.id),
        )
        for requirement in requirements()
    }
    REPORT.write_text(report(verdicts), encoding="utf-8")
    met = Counter(requirement.level for requirement, verdict in verdicts.items() if verdict.met)
    print(
        f"level 1: {met[1]} met, level 2: {met[2]} met, level 3: {met[3]} met -> {REPORT.relative_to(BACKEND.parent)}"
    )
    return 0 if met[1] >= wanted.level_1 and met[2] >= wanted.level_2 else 1


if __name__ == "__main__":
    raise SystemExit(main())
