"""The two projects that are compared, each under the same server."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "bench" / "out"
SLUG = "stargate-musk"
# Two processes with four threads each, one per core: where Django and the database share two.
GRANIAN = ["--interface", "wsgi", "--http", "1", "--no-ws", "--workers", "2"]
GRANIAN += ["--blocking-threads", "4", "--log-level", "warning", "--host", "127.0.0.1"]
START_SECONDS = 30
OURS = ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_ORIGINS", "DATABASE_URL")


@dataclass(frozen=True)
class Project:
    """What is served, and where a reader of it reads and submits."""

    name: str
    target: str
    page: str
    post: str
    port: int
    environment: Mapping[str, str]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def bare_environment() -> dict[str, str]:
    """Without the settings of whoever runs this."""
    return {name: value for name, value in os.environ.items() if name not in OURS}


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
    command = [sys.executable, "-m", "granian", *GRANIAN, "--port", str(project.port)]
    with (OUT / f"{project.name}.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, project.target], cwd=ROOT, env=project.environment, stdout=log, stderr=log
        )
    try:
        wait_for(project, server)
        yield project
    finally:
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


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
    command = [sys.executable, "-m", "django", *arguments]
    settings = {"DJANGO_SETTINGS_MODULE": "surveysite.settings", **project.environment}
    subprocess.run(command, cwd=ROOT, env=settings, check=True)
