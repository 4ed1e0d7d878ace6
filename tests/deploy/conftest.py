"""A real nginx, before the real program on a PostgreSQL of its own or before one that obeys."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tools.temporary_postgres import temporary_postgres

from .running import Front, Site, free_ports, front, make_content, production
from .upstream import Upstream, upstream


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Once, in the run on PostgreSQL: what is started here is the same on both."""
    for item in items:
        if "deploy" in item.path.parts:
            item.add_marker(pytest.mark.postgres)


def _place() -> Path:
    """One that another account may enter, and whose path is short enough for a socket."""
    place = Path(tempfile.mkdtemp(prefix="deploy-", dir="/tmp"))
    place.chmod(0o755)
    return place


@pytest.fixture(scope="session")
def directory() -> Iterator[Path]:
    place = _place()
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    with temporary_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def environment(database: str, directory: Path) -> dict[str, str]:
    """Settings as in production, and the site's content made."""
    settings = production(database, directory)
    make_content(settings)
    return settings


@pytest.fixture(scope="session")
def running_site(directory: Path, environment: dict[str, str]) -> Iterator[Site]:
    found = Site(directory, environment, free_ports(1)[0])
    with found.running():
        yield found


@pytest.fixture
def site(running_site: Site) -> Site:
    """The program, asked nothing yet."""
    (running_site.directory / "asked").write_text("")
    return running_site


@pytest.fixture
def before() -> Iterator[Callable[..., Front]]:
    """Start an nginx before a program at a port: a fresh one, which has kept nothing yet."""
    with ExitStack() as started:

        def start(port: int, **options: bool) -> Front:
            place = _place()
            started.callback(shutil.rmtree, place, ignore_errors=True)
            return started.enter_context(front(place, port, **options))

        yield start


@pytest.fixture
def nginx(site: Site, before: Callable[..., Front]) -> Front:
    """Before the site."""
    return before(site.port)


@pytest.fixture
def behind() -> Iterator[Upstream]:
    with upstream(free_ports(1)[0]) as found:
        yield found


@pytest.fixture
def proxy(behind: Upstream, before: Callable[..., Front]) -> Front:
    """Before a program that says what a test wants it to say."""
    return before(behind.port)
