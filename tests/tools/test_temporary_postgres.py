"""A real server is started: what matters here is what the machine does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest

from tools import temporary_postgres as module
from tools.temporary_postgres import find_binaries, main, temporary_postgres

ROOT = Path(__file__).resolve().parents[2]
TOOL = [sys.executable, str(ROOT / "tools" / "temporary_postgres.py")]
SAY_URL = "import os; print(os.environ['DATABASE_URL'], flush=True)"

with_postgres = pytest.mark.skipif(
    find_binaries() is None and os.environ.get("CI") != "true",
    reason=f"{module.NO_BINARIES}",
)


def directory(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def ask(url: str, query: str) -> tuple[object, ...]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    assert row is not None
    return tuple(row)


def ended(process: "subprocess.Popen[str]") -> int:
    return process.wait(timeout=60)


@with_postgres
def test_the_server_speaks_utf8_and_takes_many_connections() -> None:
    with temporary_postgres() as url:
        answer = ask(
            url,
            "SELECT current_setting('server_encoding'), current_setting('max_connections'),"
            " current_setting('fsync')",
        )
    assert answer == ("UTF8", "200", "off")


@with_postgres
def test_a_durable_server_keeps_what_a_crash_would_need() -> None:
    with temporary_postgres(durable=True) as url:
        answer = ask(
            url,
            "SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
            " current_setting('full_page_writes')",
        )
    assert answer == ("on", "on", "on")


@with_postgres
def test_two_servers_live_side_by_side_and_leave_nothing() -> None:
    with temporary_postgres() as first, temporary_postgres() as second:
        ask(first, "CREATE TABLE only_here (); SELECT 1")
        with pytest.raises(psycopg2.errors.UndefinedTable):
            ask(second, "SELECT 1 FROM only_here")
        places = [directory(first), directory(second)]
        assert all(place.is_dir() for place in places)
    assert not any(place.exists() for place in places)
    with pytest.raises(psycopg2.OperationalError):
        ask(first, "SELECT 1")


@with_postgres
def test_nobody_else_can_reach_a_server_that_asks_for_no_password() -> None:
    with temporary_postgres() as url:
        assert directory(url).stat().st_mode & 0o077 == 0
        assert ask(url, "SELECT current_setting('listen_addresses')") == ("",)


@with_postgres
def test_a_stray_port_in_the_environment_is_not_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "9")
    with temporary_postgres() as url:
        assert ask(url, "SELECT 1") == (1,)


@with_postgres
@pytest.mark.parametrize(
    ("code", "expected"),
    [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 128 + 9)],
)
def test_the_exit_code_is_that_of_the_command(code: str, expected: int) -> None:
    done = subprocess.run(
        [*TOOL, "--", sys.executable, "-c", f"{SAY_URL}; {code}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == expected
    assert done.stdout.startswith("postgres://")
    assert not directory(done.stdout.strip()).exists()


@with_postgres
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_being_told_to_stop_ends_command_server_and_directory(number: signal.Signals) -> None:
    say_and_wait = f"{SAY_URL}; print(os.getpid(), flush=True); import time; time.sleep(60)"
    command = [*TOOL, "--", sys.executable, "-c", say_and_wait]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url, child = process.stdout.readline().strip(), int(process.stdout.readline())
        server = int((directory(url) / "data" / "postmaster.pid").read_text().split()[0])
        process.send_signal(number)
        assert ended(process) == 128 + number
    assert not directory(url).exists()
    for pid in (child, server):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@with_postgres
def test_a_server_that_does_not_start_is_reported_with_its_own_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "PORT", "not-a-port")
    started = time.monotonic()
    with pytest.raises(module.NotStarted, match="port"), temporary_postgres():
        pytest.fail("it can't have started")
    assert time.monotonic() - started < module.START_SECONDS / 2


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine whose only programs are those that the test puts into this directory."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(module, "PLACES", (f"{tmp_path}/*/bin",))
    return tmp_path


def program(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


@pytest.mark.usefixtures("nowhere")
def test_without_binaries_it_says_so_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--", sys.executable, "-c", "print('never')"]) == os.EX_UNAVAILABLE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "No PostgreSQL server was found" in said.err


def test_a_command_that_does_not_exist_starts_no_server(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--", "no-such-command"]) == 127
    assert "no-such-command: command not found" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("installed", "found"),
    [
        (["9.6", "16", "15"], "16"),
        (["9.6", "10"], "10"),
        (["15"], "15"),
    ],
)
def test_the_newest_installed_server_is_taken(
    nowhere: Path, installed: Sequence[str], found: str
) -> None:
    for version in installed:
        for name in ("initdb", "postgres"):
            program(nowhere / version / "bin" / name)
    program(nowhere / "99" / "bin" / "initdb")  # a client's remains: no server
    assert find_binaries() == nowhere / found / "bin"


def test_a_server_on_the_path_comes_first(nowhere: Path) -> None:
    for place in (nowhere, nowhere / "16" / "bin"):
        for name in ("initdb", "postgres"):
            program(place / name)
    assert find_binaries() == nowhere
