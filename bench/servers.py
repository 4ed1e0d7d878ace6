"""The projects that are compared, each under the server that deploy/ ships, with its options."""

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "bench" / "out"
SLUG = "stargate-musk"
UNIT = (ROOT / "deploy" / "systemd" / "survey.service").read_text().replace("\\\n", "")
START_SECONDS, STOP_SECONDS = 30, 40
OURS = ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_ORIGINS", "DATABASE_URL")
COUNTS = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(frozen=True)
class Project:
    """What is served, and where a reader of it reads and submits."""

    name: str
    target: str
    page: str
    post: str
    port: int
    environment: Mapping[str, str]
    python: str = sys.executable
    bodies: Path = OUT / "bodies.txt"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def bare_environment() -> dict[str, str]:
    """Without the settings of whoever runs this."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not name.startswith("GRANIAN_")
    }


def shipped() -> tuple[list[str], dict[str, str]]:
    """Options and environment of the server in the unit of deploy/: so many workers and threads."""
    (command,) = re.findall(r"(?m)^ExecStart=\S*/granian (.*) surveysite\.wsgi:application$", UNIT)
    lines = re.findall(r"(?m)^Environment=(.*)$", UNIT)
    return command.split(), dict(pair.split("=", 1) for line in lines for pair in line.split())


def application(url: str) -> Project:
    """The site as in production, but that nobody in front of it speaks TLS."""
    port = free_port()
    return Project(
        name="application",
        target="surveysite.wsgi:application",
        page=f"/articles/{SLUG}/",
        post=f"/articles/{SLUG}/responses/",
        port=port,
        environment=bare_environment()
        | {
            "DATABASE_URL": url,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "127.0.0.1",
            "PUBLIC_ORIGINS": f"http://127.0.0.1:{port}",
            "SECURE_SSL_REDIRECT": "false",
        },
    )


def reference(url: str, page: Path) -> Project:
    return Project(
        name="reference",
        target="bench.reference.wsgi:application",
        page="/page/",
        post="/submit/",
        port=free_port(),
        environment=bare_environment()
        | {
            "DATABASE_URL": url,
            "BENCH_PAGE": str(page),
            "DJANGO_SETTINGS_MODULE": "bench.reference.settings",
        },
    )


@contextmanager
def served(project: Project) -> Iterator[Project]:
    """The project under granian until the block ends; what it says goes to bench/out/."""
    options, settings = shipped()
    command = [project.python, "-m", "granian", *options, "--port", str(project.port)]
    with (
        tempfile.TemporaryDirectory(prefix="bench-counts-", dir="/tmp") as counts,
        (OUT / f"{project.name}.log").open("wb") as log,
    ):
        server = subprocess.Popen(
            [*command, project.target],
            cwd=ROOT,
            env={**settings, **project.environment, COUNTS: counts},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            wait_for(project, server)
            yield project
        finally:
            # Workers, too, as systemd does: one in ten would not hear it from the server alone.
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(STOP_SECONDS)


def wait_for(project: Project, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            fetch(project)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"The {project.name} did not start: see {OUT / project.name}.log")


def fetch(project: Project) -> bytes:
    """Its page, once."""
    connection = http.client.HTTPConnection("127.0.0.1", project.port, timeout=10)
    try:
        connection.request("GET", project.page)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise SystemExit(f"The {project.name} answers {answer.status} for {project.page}.")
    return body


def manage(project: Project, *arguments: str) -> None:
    """Django's command in the project's settings."""
    command = [project.python, "-m", "django", *arguments]
    settings = {"DJANGO_SETTINGS_MODULE": "surveysite.settings", **project.environment}
    subprocess.run(command, cwd=ROOT, env=settings, check=True)


def named(url: str, database: str) -> str:
    """The address of another database of that PostgreSQL."""
    return urlsplit(url)._replace(path=f"/{database}").geturl()


@contextmanager
def copied(url: str) -> Iterator[str]:
    """The address of a copy of a database that nobody is in; gone after the block."""
    name, source = f"copy_{secrets.token_hex(4)}", urlsplit(url).path[1:]
    execute(url, f"CREATE DATABASE {name} TEMPLATE {source}")
    try:
        yield named(url, name)
    finally:
        execute(url, f"DROP DATABASE {name} WITH (FORCE)", "CHECKPOINT")


def execute(url: str, *statements: str) -> None:
    """In the database that everybody may be in, each on its own."""
    with closing(psycopg2.connect(named(url, "postgres"))) as connection:
        connection.autocommit = True
        for statement in statements:
            connection.cursor().execute(statement)


def query(url: str, statement: str) -> str:
    """The first value that PostgreSQL gives."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return str(row[0]) if row else ""
