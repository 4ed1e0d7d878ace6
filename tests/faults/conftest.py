"""The site as deploy/ starts it, on a database of its own that a test may ill-treat."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from tests.deploy.running import Site, free_ports, make_content, production

from .between import Between, between
from .stores import SQLITE, Server, ask, server

PREPARED = "prepared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These take minutes, and the whole machine."""
    for item in items:
        if "faults" in item.path.parts:
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Server]:
    """A durable PostgreSQL, for all tests that run on it."""
    with server() as found:
        yield found


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory whose path is short enough for a socket, and that other accounts may enter."""
    found = Path(tempfile.mkdtemp(prefix="faults-", dir="/tmp"))
    found.chmod(0o755)
    yield found
    for log in found.glob("granian.log"):  # shown where the test failed
        print(*(line for line in log.read_text().splitlines() if '"exception"' in line), sep="\n")
    shutil.rmtree(found, ignore_errors=True)


@dataclass(frozen=True)
class Prepared:
    """A database with the site's content, to be copied for each test."""

    settings: dict[str, str]
    server: Server | None

    def copied(self, place: Path) -> dict[str, str]:
        """The settings of a site with a copy; on SQLite it lies in `place`."""
        if self.server is None:
            file = place / "survey.sqlite3"
            shutil.copy(self.settings["DATABASE_URL"].removeprefix(SQLITE), file)
            return self.settings | {"DATABASE_URL": f"{SQLITE}{file}"}
        for statement in ("DROP DATABASE IF EXISTS survey WITH (FORCE)",
                          f"CREATE DATABASE survey TEMPLATE {PREPARED}"):  # fmt: skip
            ask(self.server.url("postgres"), statement)
        return self.settings | {"DATABASE_URL": self.server.url("survey")}


@pytest.fixture(scope="session")
def prepared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """On the database that this run is on."""
    place = tmp_path_factory.mktemp("prepared")
    found = None
    url = f"{SQLITE}{place}/prepared.sqlite3"
    if connection.vendor == "postgresql":
        found = request.getfixturevalue("cluster")
        ask(found.url("postgres"), f"CREATE DATABASE {PREPARED} TEMPLATE template0")
        url = found.url(PREPARED)
    settings = production(url, place) | {"SECOND_FACTOR": "false"}
    make_content(settings)
    return Prepared(settings, found)


@pytest.fixture
def environment(prepared: Prepared, place: Path) -> dict[str, str]:
    """The settings of a site whose database is this test's."""
    return prepared.copied(place)


@pytest.fixture
def wire(cluster: Server, place: Path) -> Iterator[Between]:
    """Between PostgreSQL and what reaches it by a socket in `place`."""
    socket = ".s.PGSQL.5432"
    with between(place / socket, cluster.directory / socket) as found:
        yield found


@pytest.fixture
def wired(environment: dict[str, str], cluster: Server, place: Path) -> dict[str, str]:
    """The settings of a site that reaches its database over the wire."""
    url = environment["DATABASE_URL"].replace(str(cluster.directory), str(place))
    return environment | {"DATABASE_URL": url}


@pytest.fixture
def serving(place: Path) -> Iterator[Callable[[dict[str, str]], Site]]:
    """Start the site with these settings; it runs until the test ends."""
    with ExitStack() as running:

        def serve(environment: dict[str, str]) -> Site:
            found = Site(place, environment, free_ports(1)[0], "surveysite.wsgi:application")
            running.enter_context(found.running())
            return found

        yield serve
