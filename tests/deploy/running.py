"""The files of deploy/, started for real: each as it is shipped, but for ports and places."""

import configparser
import http.client
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tools.temporary_postgres import unprivileged

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
NAME = "avis.example.org"
PATIENCE = 30.0  # seconds, for what must happen some time
SETTINGS = ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_ORIGINS", "DATABASE_URL")

# nginx and PgBouncer refuse to be root, or would change to an account of their own.
ACCOUNT = unprivileged()


def program(name: str) -> str:
    """Where it is installed. With CI=true nothing may be left out; elsewhere the test is."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if found is None:
        missing = f"{name} is not installed (apt install {name})"
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def until(true: Callable[[], Any], what: str, patience: float = PATIENCE) -> None:
    """Wait for a condition, a moment at a time."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.02)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def adapted(text: str, places: Mapping[str, str]) -> str:
    """A shipped file with other ports and places: each of them must stand in it."""
    for shipped, here in places.items():
        assert shipped in text, f"not in the file any more: {shipped}"
        text = text.replace(shipped, here)
    return text


@contextmanager
def process(command: list[str], log: Path, **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as output:
        child = subprocess.Popen(command, stdout=output, stderr=output, **options)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(timeout=30)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def unit(name: str) -> configparser.ConfigParser:
    """A unit of systemd. Of keys that stand twice the values are joined by a blank."""

    class Joined(dict[str, Any]):
        def __setitem__(self, key: str, value: Any) -> None:
            if isinstance(value, list) and isinstance(self.get(key), list):
                value = self[key] + value
            super().__setitem__(key, value)

    # "\\" at a line's end goes on in the next one.
    text = (DEPLOY / "systemd" / name).read_text().replace("\\\n", " ")
    read = configparser.ConfigParser(
        dict_type=Joined, strict=False, interpolation=None, delimiters=("=",)
    )
    read.optionxform = str  # type: ignore[method-assign, assignment]
    read.read_string(text)
    return read


def production(database: str, directory: Path) -> dict[str, str]:
    """Settings as in production, and nothing of what whoever runs the tests has set."""
    inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return inherited | {
        "DATABASE_URL": database,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": NAME,
        "PUBLIC_ORIGINS": f"https://{NAME}",
        "TRUSTED_PROXIES": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "surveysite.settings",
        **{name.upper(): str(directory / name) for name in ("asked", "hold")},
    }


def make_content(environment: Mapping[str, str]) -> None:
    """The database's tables, what the site shows, and its style sheets."""
    for arguments in (
        ["-m", "django", "migrate", "--verbosity", "0"],
        ["-m", "django", "collectstatic", "--noinput", "--verbosity", "0"],
        ["-m", "tests.deploy.content"],
    ):
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True)


@dataclass
class Site:
    """Our program under the server of survey.service, on a database of its own."""

    directory: Path
    environment: dict[str, str]
    port: int
    application: str = "tests.deploy.counted:application"

    @property
    def asked(self) -> list[dict[str, Any]]:
        """What it was asked, in order."""
        file = self.directory / "asked"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def times(self, path: str) -> int:
        return sum(one["path"] == path for one in self.asked)

    @property
    def hold(self) -> Path:
        return self.directory / "hold"

    def command(self) -> list[str]:
        """ExecStart as it is shipped, of this checkout and with the application named here."""
        start = unit("survey.service")["Service"]["ExecStart"]
        here = adapted(
            start,
            {
                "/srv/survey/.venv/bin/granian": f"{sys.executable} -m granian",
                "surveysite.wsgi:application": self.application,
            },
        )
        return shlex.split(here)

    def settings(self) -> dict[str, str]:
        """The unit's own, below those of the file, as systemd has them."""
        unit_own = shlex.split(unit("survey.service")["Service"]["Environment"].replace("\n", " "))
        own = dict(pair.split("=", 1) for pair in unit_own)
        counts = self.directory / "counts"
        counts.mkdir(exist_ok=True)
        here = {"GRANIAN_PORT": str(self.port), "PROMETHEUS_MULTIPROC_DIR": str(counts)}
        assert here.keys() <= own.keys()
        return {**own, **self.environment, **here}

    @contextmanager
    def running(self) -> Iterator["subprocess.Popen[bytes]"]:
        log = self.directory / "granian.log"
        with process(
            self.command(), log, cwd=ROOT, env=self.settings(), start_new_session=True
        ) as server:
            try:
                until(lambda: self.answers("/livez"), "the program answers")
                yield server
            finally:
                if server.poll() is None:  # at once: how it ends is a test of its own
                    os.killpg(server.pid, signal.SIGKILL)

    def answers(self, path: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path, headers={"Host": NAME, "X-Forwarded-Proto": "https"})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True)
class Front:
    """nginx, and who asks it."""

    directory: Path
    port: int
    plain_port: int
    process: "subprocess.Popen[bytes]"

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        host: str = NAME,
        name: str = NAME,
        source: str = "127.0.0.1",
        body: bytes | None = None,
        **headers: str,
    ) -> Answer:
        """`host` is what the request says, `name` what the handshake does (SNI)."""
        tls = ssl.create_default_context(cafile=str(self.directory / "survey.pem"))
        with (
            socket.create_connection(
                ("127.0.0.1", self.port), timeout=PATIENCE, source_address=(source, 0)
            ) as raw,
            tls.wrap_socket(raw, server_hostname=name) as secured,
        ):
            connection = http.client.HTTPConnection(host, self.port)
            connection.sock = secured
            named = {key.replace("_", "-"): value for key, value in headers.items()}
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for key, value in {"Host": host, "Connection": "close", **named}.items():
                connection.putheader(key, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            found = connection.getresponse()
            return Answer(found.status, found.headers, found.read())

    @property
    def kept(self) -> set[str]:
        """The names of all copies that lie in the cache."""
        files = [file for file in (self.directory / "cache").rglob("*") if file.is_file()]
        found = [re.search(rb"\nKEY: (.*)\n", file.read_bytes()) for file in files]
        return {name[1].decode() for name in found if name}


@cache
def certificate() -> tuple[bytes, bytes]:
    """A self-signed one and its key, made once."""
    command = [program("openssl"), "req", "-x509", "-newkey", "ec", "-nodes", "-days", "1"]
    command += ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", f"/CN={NAME}"]
    command += ["-addext", f"subjectAltName=DNS:{NAME}", "-keyout", "survey.key"]
    with tempfile.TemporaryDirectory() as place:
        done = [*command, "-out", "survey.pem"]
        subprocess.run(done, check=True, capture_output=True, cwd=place)
        files = (Path(place, name).read_bytes() for name in ("survey.pem", "survey.key"))
        return next(files), next(files)


def owned(directory: Path) -> None:
    """Everything in it belongs to the account that is no root."""
    if ACCOUNT:
        for place in (directory, *directory.rglob("*")):
            os.chown(place, ACCOUNT["user"], ACCOUNT["group"])


def configured(directory: Path, site_port: int, *, network: bool) -> tuple[int, int]:
    """Write nginx's two files for here; return the ports with TLS and without."""
    tls, plain, compressor = free_ports(3)
    text = (DEPLOY / "nginx" / "survey.conf").read_text()
    if network:
        text = adapted(text, {"192.0.2.0/24": "127.0.0.1", "# set_real": "set_real"})
        text = adapted(text, {"# real_ip": "real_ip"})
    text = "".join(line for line in text.splitlines(True) if "listen [::]" not in line)
    places = {
        "listen 80": f"listen 127.0.0.1:{plain}",
        "listen 443": f"listen 127.0.0.1:{tls}",
        "127.0.0.1:8000": f"127.0.0.1:{site_port}",
        "127.0.0.1:8001": f"127.0.0.1:{compressor}",
        # So that what waits for a lock is seen to wait.
        "proxy_cache_lock_timeout 3s": "proxy_cache_lock_timeout 300s",
        "burst=500": "burst=50",  # a flood that is made faster
        "/etc/ssl/certs/": f"{directory}/",
        "/etc/ssl/private/": f"{directory}/",
        "/var/cache/nginx-survey": f"{directory}/cache",
        "/var/log/nginx/": f"{directory}/",
        "/srv/survey/deploy/nginx/pages/": f"{directory}/pages/",
    }
    (directory / "conf.d").mkdir()
    (directory / "conf.d" / "survey.conf").write_text(adapted(text, places))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"    {kind}_temp_path {directory}/{kind};\n" for kind in kinds)
    main = adapted(
        (DEPLOY / "nginx" / "nginx.conf").read_text(),
        {
            "user www-data;\n": "",
            "/run/nginx.pid": f"{directory}/nginx.pid",
            "/var/log/nginx/": f"{directory}/",
            "/etc/nginx/conf.d": f"{directory}/conf.d",
            "http {\n": f"http {{\n{temporary}",
        },
    )
    (directory / "nginx.conf").write_text(main)
    shutil.copytree(DEPLOY / "nginx" / "pages", directory / "pages")
    return tls, plain


@contextmanager
def front(directory: Path, site_port: int, *, network: bool = False) -> Iterator[Front]:
    """nginx as shipped, before a program at a port; `network`: a delivery network before it."""
    nginx = program("nginx")
    for name, content in zip(("survey.pem", "survey.key"), certificate(), strict=True):
        (directory / name).write_bytes(content)
    tls, plain = configured(directory, site_port, network=network)
    owned(directory)
    command = [nginx, "-c", str(directory / "nginx.conf"), "-e", str(directory / "error.log")]
    command += ["-g", "daemon off;"]
    with process(command, directory / "nginx.log", cwd=directory, **ACCOUNT) as running:
        until(lambda: listens(tls) or running.poll() is not None, "nginx listens")
        assert running.poll() is None, (directory / "nginx.log").read_text()
        yield Front(directory, tls, plain, running)
