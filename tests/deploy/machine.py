"""A machine with the commands of deploy/bin, as shipped but for places and accounts."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from tools.temporary_postgres import find_binaries

from .running import DEPLOY, ROOT, adapted

STUBS = {
    # The account of the tests is everybody's here.
    "runuser": 'shift 3\nexec "$@"',
    "systemctl": 'echo "$@" >> "$STOPPED"',
    "survey": f'cd {ROOT}\nexec {sys.executable} manage.py "$@"',
}


@dataclass(frozen=True)
class Machine:
    place: Path
    environment: dict[str, str]
    host: str

    def run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        places = {"/etc/survey.env": f"{self.place}/survey.env"} if name == "survey-backup" else {}
        text = adapted((DEPLOY / "bin" / name).read_text(), places)
        text = text.replace("/var/backups/survey", str(self.place / "backups"))
        (self.place / name).write_text(text)
        return subprocess.run(
            ["sh", "-e", str(self.place / name), *arguments],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def ask(self, sql: str, database: str = "survey") -> str:
        connection = psycopg2.connect(host=self.host, user="survey", dbname=database)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            found = cursor.fetchone() if cursor.description else None
        connection.close()
        return str(found[0]) if found else ""

    @property
    def backups(self) -> list[Path]:
        return sorted((self.place / "backups").iterdir())


def set_up(place: Path, environment: dict[str, str], host: str) -> Machine:
    """One whose PostgreSQL has its socket in `host`; `place` is made, with what commands need."""
    (place / "backups").mkdir(parents=True)
    (place / "survey.env").write_text("BACKUP_DAYS=30\n")
    for name, script in STUBS.items():
        (place / name).write_text(f"#!/bin/sh -e\n{script}\n")
        (place / name).chmod(0o755)
    settings = environment | {
        "PATH": f"{place}:{find_binaries()}:{os.environ['PATH']}",
        "PGHOST": host,
        "PGUSER": "survey",
        "DATABASE_URL": f"postgres://survey@:5432/survey?host={host}",
        "STOPPED": str(place / "stopped"),
    }
    return Machine(place, settings, host)
