"""Opt-in, by `make browsers`: a served product of its own, and each engine. The outcome goes to docs/browsers.md."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browsers.engines import ENGINES, Browser
from tests.browsers.person import Visit
from tests.cli.process import Served, free_port
from tests.e2e.product import SETTINGS

PAGE = os.environ.get("DOORSTEP_BROWSERS_PAGE")
if "DOORSTEP_BROWSERS" not in os.environ:
    collect_ignore_glob = ["test_*.py"]


class Running:
    """The product, on one port and one data directory however often it is started."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._port = free_port()
        self._served: Served | None = None

    @property
    def origin(self) -> str:
        return f"http://localhost:{self._port}"

    def start(self) -> None:
        self._served = Served(self.home, {**SETTINGS, "DOORSTEP_PORT": str(self._port)})
        self._served.port = self._port
        self._served.wait_until_ready()

    def stop(self) -> None:
        served, self._served = self._served, None
        if served is not None:
            served.stop()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("product"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with ENGINES[request.param](tmp_path_factory.mktemp(request.param) / "home") as browser:
        VERSIONS[request.param] = browser.version
        yield browser


@pytest.fixture
def visit(engine: Browser, product: Running) -> Iterator[Visit]:
    """Somebody new at this browser, which is signed out."""
    visiting = Visit(engine, product.origin)
    yield visiting
    visiting.leave()


VERSIONS: dict[str, str] = {}
_outcomes: dict[str, dict[str, str]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep what came of each flow in each engine."""
    name, _, engine = report.nodeid.rpartition("::")[2].rstrip("]").partition("[")
    engine, _, where = engine.partition("-")
    name = f"{name} {where}".strip()
    if engine in ENGINES and (report.when == "call" or report.failed):
        _outcomes.setdefault(name, {})[engine] = "works" if report.passed else "**fails**"


def pytest_sessionfinish() -> None:
    """Write the page, where one was asked for."""
    if not PAGE or not _outcomes:
        return
    told = [VERSIONS.get(engine, engine) for engine in ENGINES]
    lines = [f"| flow | {' | '.join(told)} |", "|---|---|---|---|"]
    for name, found in _outcomes.items():
        words = name.removeprefix("test_").replace("_", " ")
        lines.append(f"| {words} | {' | '.join(found.get(engine, 'not run') for engine in ENGINES)} |")
    page = Path(PAGE)
    before, mark, _ = page.read_text(encoding="utf-8").partition("<!-- results -->\n")
    page.write_text(f"{before}{mark}\n" + "\n".join(lines) + "\n", encoding="utf-8")
