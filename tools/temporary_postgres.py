"""A PostgreSQL server that lives as long as one command.

    python tools/temporary_postgres.py [--durable] -- COMMAND…

starts a server from the binaries that this machine has, in a directory of its own, gives COMMAND
its address as DATABASE_URL, and exits as COMMAND does. Server and directory are gone afterwards.
In Python: `with temporary_postgres() as url:`.
"""

import argparse
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

# Where packages put the server without putting it on PATH: Debian, Fedora, Homebrew, Postgres.app.
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
# The first that the system knows: without a UTF-8 locale PostgreSQL can't upper-case an É.
LOCALES = ("C.UTF-8", "en_US.UTF-8", "C")
# Only part of the socket's name; said aloud because both sides would else obey a stray PGPORT.
PORT = "5432"
START_SECONDS = 60
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NO_BINARIES = (
    "No PostgreSQL server was found (initdb and postgres, on PATH or in the usual places)."
    " Debian and Ubuntu: apt install postgresql. macOS: brew install postgresql@17."
)


class NoBinaries(Exception):
    def __init__(self) -> None:
        super().__init__(NO_BINARIES)


class NotStarted(Exception):
    pass


def find_binaries() -> Path | None:
    """The directory of initdb and postgres: PATH's, or else the newest installed one."""
    on_path = [Path(entry) for entry in os.get_exec_path()]
    installed = [
        directory
        for place in PLACES
        for directory in sorted(Path("/").glob(place.lstrip("/")), key=_version, reverse=True)
    ]
    for directory in on_path + installed:
        if all(shutil.which(name, path=str(directory)) for name in ("initdb", "postgres")):
            return directory
    return None


def _version(directory: Path) -> tuple[int, ...]:
    """16 sorts after 9.6, which as text it would not."""
    digits = "".join(c if c.isdigit() else " " for c in str(directory))
    return tuple(int(number) for number in digits.split())


def unprivileged() -> dict[str, Any]:
    """Arguments of subprocess that leave root behind: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NotStarted("Run as root, this needs a user named postgres or nobody.")


@contextmanager
def temporary_postgres(*, durable: bool = False) -> Iterator[str]:
    """Run a server and yield its URL; `durable` keeps what a crash would need, as in production.

    It listens on a socket in a private directory and on no port: nothing to collide with, and
    nobody else on this machine can reach a server that asks for no password.
    """
    binaries = find_binaries()
    if binaries is None:
        raise NoBinaries
    account = unprivileged()
    # Not TMPDIR: a socket's path must be short, and another user must be able to enter.
    directory = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
    try:
        if account:
            os.chown(directory, account["user"], account["group"])
        initialise(binaries, directory, account)
        with started(binaries, directory, account, durable=durable):
            yield f"postgres://survey@:{PORT}/postgres?host={directory}"
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def initialise(binaries: Path, directory: Path, account: dict[str, Any]) -> None:
    """Write an empty database, into `data` in the directory."""
    command = [str(binaries / "initdb"), "--pgdata", str(directory / "data"), "--no-sync"]
    command += ["--username=survey", "--auth=trust", "--encoding=UTF8"]
    for locale in LOCALES:
        done = subprocess.run(
            [*command, f"--locale={locale}"],
            cwd=directory,
            capture_output=True,
            text=True,
            check=False,
            **account,
        )
        if done.returncode == 0:
            return
    raise NotStarted(f"initdb failed: {done.stderr.strip()}")


@contextmanager
def started(
    binaries: Path, directory: Path, account: dict[str, Any], *, durable: bool
) -> Iterator[None]:
    """Run a server on what was initialised there; its socket is in the directory, too."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(directory),
        "port": PORT,
        "max_connections": "200",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    command = [str(binaries / "postgres"), "-D", str(directory / "data")]
    command += [f"--{name}={value}" for name, value in settings.items()]
    with (directory / "log").open("wb") as log:
        # A session of its own: Ctrl+C in the terminal is for COMMAND, the server stops after it.
        server = subprocess.Popen(
            command, cwd=directory, stdout=log, stderr=log, start_new_session=True, **account
        )
    try:
        _wait_until_ready(server, directory)
        yield
    finally:
        _stop(server)


def _wait_until_ready(server: subprocess.Popen[bytes], directory: Path) -> None:
    """The last line of the server's own pid file says when it accepts connections."""
    pid_file = directory / "data" / "postmaster.pid"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if pid_file.exists() and pid_file.read_text().split()[-1:] == ["ready"]:
            return
        time.sleep(0.02)
    raise NotStarted(f"PostgreSQL did not start:\n{(directory / 'log').read_text()}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Fast shutdown; immediate if that hangs."""
    for stop in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(stop)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            continue
        return


def run(
    command: Sequence[str], *, durable: bool = False, environment: Mapping[str, str] = os.environ
) -> int:
    """Run a command beside a server; its exit code, as a shell would say it."""
    with temporary_postgres(durable=durable) as url:
        child = subprocess.Popen(command, env={**environment, "DATABASE_URL": url})
        try:
            code = child.wait()
        finally:
            _end(child)
    return code if code >= 0 else 128 - code


def _end(child: subprocess.Popen[bytes]) -> None:
    """Only does something when this program is being stopped while the command runs."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def stop_cleanly() -> None:
    """From here on, being told to stop ends the server too. For a program's main function."""
    for number in STOPPING:
        signal.signal(number, _exit)


def _exit(number: int, frame: FrameType | None) -> NoReturn:
    """As an exception, so that every `finally` above is carried out, and only once."""
    for each in STOPPING:
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run a command beside a temporary PostgreSQL.")
    parser.add_argument("--durable", action="store_true", help="fsync as in production")
    parser.add_argument("command", nargs="+", metavar="COMMAND", help="after --")
    options = parser.parse_args(arguments)
    if shutil.which(options.command[0]) is None:
        print(f"{options.command[0]}: command not found", file=sys.stderr)
        return 127
    stop_cleanly()
    try:
        return run(options.command, durable=options.durable)
    except (NoBinaries, NotStarted) as problem:
        print(problem, file=sys.stderr)
        return os.EX_UNAVAILABLE if isinstance(problem, NoBinaries) else 1


if __name__ == "__main__":
    sys.exit(main())
