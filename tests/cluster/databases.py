"""A database machine: etcd, and PostgreSQL under Patroni."""

import getpass
import os
import pwd
import shlex
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.deploy.running import ACCOUNT

from .layout import CLUSTER, Layout
from .processes import Daemon, environment_of, named, send, tree


def account() -> str:
    """Who runs PostgreSQL here, and is its superuser."""
    return pwd.getpwuid(ACCOUNT["user"]).pw_name if ACCOUNT else getpass.getuser()


class Database:
    def __init__(self, name: str, layout: Layout, commands: Path) -> None:
        self.name, self.layout, self.commands = name, layout, commands
        self.folder, self.address = layout.folder(name), layout.address(name)
        self.data = self.folder / "data"
        own = {"cwd": self.folder, **ACCOUNT}
        etcd = ["etcd", "--config-file", str(self._etcd())]
        self.etcd = Daemon(etcd, self.folder / "etcd.log", env=environment_of({}), **own)
        self.settings = environment_of(self._environment())
        self.configuration = self._patroni()
        patroni = [str(commands / "patroni"), str(self.configuration)]
        self.patroni = Daemon(patroni, self.folder / "patroni.log", env=self.settings, **own)

    def _etcd(self) -> Path:
        places = {"/var/lib/etcd/survey": str(self.folder / "etcd")}
        head, rest = (CLUSTER / "etcd.yml").read_text().split("\n\n", 1)
        head = head.replace("name: db1", f"name: {self.name}").replace("10.0.0.11", self.address)
        return self.layout.write(
            self.name, "etcd.yml", self.layout.here(f"{head}\n\n{rest}", places)
        )

    def _patroni(self) -> Path:
        places = {
            "/var/lib/postgresql/15/survey": str(self.data),
            "/usr/lib/postgresql/15/bin": str(self.layout.binaries),
            "/run/survey-database/": f"{self.folder}/",
            "/run/postgresql": str(self.folder),
            "username: postgres": f"username: {account()}",
        }
        text = self.layout.here((CLUSTER / "patroni.yml").read_text(), places)
        return self.layout.write(self.name, "patroni.yml", text)

    def _environment(self) -> dict[str, str]:
        """database.env with this machine's values and passwords."""
        text = (CLUSTER / "database.env").read_text().replace("10.0.0.11", self.address)
        text = text.replace("PATRONI_NAME=db1", f"PATRONI_NAME={self.name}")
        pairs = dict(pair.split("=", 1) for pair in shlex.split(text))
        for name, secret in self.layout.passwords.items():
            if f"PATRONI_{name}_PASSWORD" in pairs:
                pairs[f"PATRONI_{name}_PASSWORD"] = secret
        assert all(pairs.values()), "a password that nobody set"
        return pairs

    def start(self) -> None:
        self.etcd.start()
        self.patroni.start()

    @property
    def postgres(self) -> list[int]:
        """Its first process, as the server's own file says."""
        with suppress(OSError, ValueError, IndexError):
            return [int((self.data / "postmaster.pid").read_text().split()[0])]
        return []

    def crash(self) -> None:
        """The whole machine, at once."""
        postgres = self.postgres
        send(signal.SIGKILL, self.patroni.pids + postgres)
        self.patroni.kill()
        self.etcd.kill()

    def end(self) -> None:
        """Whatever state it is in."""
        self.patroni.kill()  # first, or it would start the other anew
        send(signal.SIGKILL, self.postgres)
        self.etcd.kill()

    def freeze(self) -> None:
        send(signal.SIGSTOP, self.patroni.pids + self.postgres)

    def wake(self) -> None:
        send(signal.SIGCONT, self.patroni.pids + self.postgres)

    def hold_copies_back(self) -> None:
        """From here on nothing of what it writes leaves it, and nobody knows."""
        for pid in named(tree(self.postgres), "walsender"):
            os.kill(pid, signal.SIGSTOP)

    def command(self, *arguments: str) -> str:
        """patronictl, as an operator has it."""
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [str(self.commands / "patronictl"), "-c", str(self.configuration), *arguments],
            env=self.settings, cwd=self.folder, capture_output=True, text=True, **ACCOUNT,
        )  # fmt: skip
        assert done.returncode == 0, f"patronictl {arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def ask(self, sql: str, database: str = "postgres") -> str:
        """As the superuser, on its socket."""
        psql = [str(self.layout.binaries / "psql"), "-h", str(self.folder), "-U", account()]
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [*psql, "-d", database, "-AtX", "-v", "ON_ERROR_STOP=1", "-c", sql],
            env=environment_of({}), cwd=self.folder, capture_output=True, text=True, **ACCOUNT,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()
