"""The locks follow the lists, and install the same thing for everybody."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]+\])?==([^\s;\\]+)")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    found = [match.groups() for line in lines if (match := PIN.match(line))]
    return {re.sub(r"[-_.]+", "-", project).lower(): version for project, version in found}


def test_the_list_names_what_the_project_is_built_on() -> None:
    assert {"django", "django-crispy-forms", "psycopg2-binary", "pytest-django"} <= set(
        pins("requirements.txt")
    )


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_each_pin_stands_in_the_lock(name: str) -> None:
    assert pins(f"{name}.txt").items() <= pins(f"{name}.lock").items(), "run `make lock`"


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_everything_in_a_list_is_pinned_and_says_why(name: str) -> None:
    before = ""
    for line in (ROOT / f"{name}.txt").read_text().splitlines():
        if line and not line.startswith(("#", "-r ")):
            assert PIN.match(line), line
            assert before.startswith("# "), f"{line}: why is it there?"
        before = line


def test_testing_happens_with_the_versions_that_are_served() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_the_peers_of_the_benchmarks_run_on_the_versions_that_are_served() -> None:
    peers, served = pins("bench/peers/requirements.lock"), pins("requirements.lock")
    assert {"django", "granian", "psycopg2-binary"} <= peers.keys() & served.keys()
    assert {name: peers[name] for name in peers.keys() & served.keys()}.items() <= served.items()


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "bench/peers/requirements.lock"]
)
def test_a_lock_holds_pins_and_hashes_alone(name: str) -> None:
    """No index, no address, no file of somebody's machine; and no package without a hash."""
    lines = [
        line
        for line in (ROOT / name).read_text().splitlines()
        if line and not line.lstrip().startswith("#")
    ]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        assert PIN.match(line) or HASH.match(line), line
        if PIN.match(line):
            assert HASH.match(following), f"{line}: no hash"
