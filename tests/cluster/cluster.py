"""All machines together: started, asked how they are, ended."""

import json
import os
import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.deploy.running import NAME, ROOT, Front, until

from . import needs
from .applications import Application, front
from .databases import Database
from .layout import APPLICATIONS, DATABASES, Layout
from .processes import environment_of

PATIENCE = 90.0  # seconds, for machines that have to find together again


@dataclass
class Cluster:
    layout: Layout
    databases: dict[str, Database]
    applications: dict[str, Application]
    front: Front
    settings: dict[str, str]

    def members(self) -> list[dict[str, Any]]:
        """As Patroni sees them, by whichever of them answers."""
        for database in self.databases.values():
            try:
                with urllib.request.urlopen(
                    f"http://{database.address}:8008/cluster", timeout=1
                ) as found:
                    members: list[dict[str, Any]] = json.load(found)["members"]
                    return members
            except OSError:
                continue
        return []

    def leader(self) -> Database:
        return self.databases[_names(self.members(), "leader")[0]]

    def is_whole(self, copies: str = "replica sync_standby") -> bool:
        """One leads and two follow it, one of them so that commits wait for it."""
        members = self.members()
        roles = sorted(member["role"] for member in members)
        states = {member["state"] for member in members}
        timelines = {member.get("timeline") for member in members}
        whole = roles == ["leader", *copies.split()]
        return whole and states == {"running", "streaming"} and len(timelines) == 1

    def recover(self, copies: str = "replica sync_standby") -> None:
        until(lambda: self.is_whole(copies), "one leads and two follow", PATIENCE)

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A command of the site, with the database that leads."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT, env=self.settings, capture_output=True, text=True, timeout=120,
        )  # fmt: skip


def _names(members: list[dict[str, Any]], role: str) -> list[str]:
    return [member["name"] for member in members if member["role"] == role]


def _settings(layout: Layout, secret_key: str) -> dict[str, str]:
    """Of commands: the site's, but past PgBouncer."""
    return environment_of(
        {
            "DATABASE_URL": layout.leader(),
            "SECRET_KEY": secret_key,
            "ALLOWED_HOSTS": NAME,
            "PUBLIC_ORIGINS": f"https://{NAME}",
            "TRUSTED_PROXIES": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "surveysite.settings",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
    )


@contextmanager
def cluster(place: Path) -> Iterator[Cluster]:
    """Started as README.md does it, machine by machine; all of it is gone afterwards."""
    layout, secret_key = Layout(place), secrets.token_urlsafe(50)
    commands = needs.patroni()
    os.umask(0o022)
    with ExitStack() as ending:
        databases = {name: Database(name, layout, commands) for name in DATABASES}
        for database in databases.values():
            ending.callback(database.end)
            database.start()
        applications = {name: Application(name, layout, secret_key) for name in APPLICATIONS}
        for application in applications.values():
            ending.callback(application.end)
            application.start()
        found = Cluster(
            layout, databases, applications,
            ending.enter_context(front(layout)), _settings(layout, secret_key),
        )  # fmt: skip
        found.recover()
        _make_content(found)
        for application in applications.values():
            until(application.answers, f"{application.name} is ready")
        yield found


def _make_content(found: Cluster) -> None:
    leader, secret = found.leader(), found.layout.passwords["survey"]
    leader.ask(f"CREATE USER survey PASSWORD '{secret}'")
    leader.ask("CREATE DATABASE survey OWNER survey TEMPLATE template0 ENCODING 'UTF8'")
    for arguments in (
        ["-m", "django", "migrate", "--verbosity", "0"],
        ["-m", "django", "collectstatic", "--noinput", "--verbosity", "0"],
        ["-m", "tests.deploy.content"],
    ):
        done = found.manage(*arguments)
        assert done.returncode == 0, done.stderr
