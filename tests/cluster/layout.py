"""Where each machine of deploy/cluster is here: an address on loopback, and a folder.

The files are used as they are shipped, but for addresses and places.
"""

import os
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.deploy.running import ACCOUNT, DEPLOY, adapted
from tools.temporary_postgres import find_binaries

DATABASES = {"db1": 11, "db2": 12, "db3": 13}
APPLICATIONS = {"app1": 21, "app2": 22}
CLUSTER = DEPLOY / "cluster"


def _network() -> str:
    """Nobody else's, most probably: all of 127/8 is this machine."""
    return f"127.{64 + secrets.randbelow(190)}.{secrets.randbelow(256)}."


@dataclass(frozen=True)
class Layout:
    place: Path
    network: str = field(default_factory=_network)
    passwords: dict[str, str] = field(
        default_factory=lambda: {
            name: secrets.token_hex(16) for name in ("RESTAPI", "REPLICATION", "REWIND", "survey")
        }
    )

    @cached_property
    def binaries(self) -> Path:
        """Of PostgreSQL, all of them: on PATH some distributions have links to a few."""
        found = find_binaries()
        assert found
        return (found / "postgres").resolve().parent

    def address(self, name: str) -> str:
        return f"{self.network}{(DATABASES | APPLICATIONS)[name]}"

    def folder(self, name: str) -> Path:
        """Of a machine; whoever may be let in, is its account."""
        found = self.place / name
        if not found.exists():
            found.mkdir(mode=0o755)
            if ACCOUNT:
                os.chown(found, ACCOUNT["user"], ACCOUNT["group"])
        return found

    def here(self, text: str, places: dict[str, str]) -> str:
        """A shipped text with this machine's addresses and places."""
        text = adapted(text, places).replace("10.0.0.0/24", "127.0.0.0/8")
        return text.replace("10.0.0.", self.network)

    def write(self, name: str, file: str, text: str) -> Path:
        """For the account alone to read."""
        path = self.folder(name) / file
        path.write_text(text)
        path.chmod(0o600)
        if ACCOUNT:
            os.chown(path, ACCOUNT["user"], ACCOUNT["group"])
        return path

    def leader(self, application: str = "app1") -> str:
        """The address of the database that leads, past PgBouncer, as commands have it."""
        secret = self.passwords["survey"]
        return f"postgres://survey:{secret}@{self.address(application)}:5000/survey"
