"""An application machine: HAProxy, PgBouncer and the program; and the front before them."""

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.running import (
    ACCOUNT,
    DEPLOY,
    NAME,
    ROOT,
    Front,
    adapted,
    certificate,
    free_ports,
    listens,
    owned,
    process,
    unit,
    until,
)

from . import needs
from .layout import CLUSTER, Layout
from .processes import Daemon, environment_of, send


class Application:
    def __init__(self, name: str, layout: Layout, secret_key: str) -> None:
        self.name, self.layout = name, layout
        self.folder, self.address = layout.folder(name), layout.address(name)
        own = {"cwd": self.folder, "env": environment_of({}), **ACCOUNT}
        haproxy = ["haproxy", "-db", "-f", str(self._haproxy())]
        pgbouncer = ["pgbouncer", str(self._pgbouncer())]
        python, packages = needs.python()
        settings = environment_of(self._settings(secret_key) | packages)
        program = Daemon(
            self._program(python), self.folder / "program.log", cwd=ROOT, env=settings, **ACCOUNT
        )
        self.daemons = [
            Daemon(haproxy, self.folder / "haproxy.log", **own),
            Daemon(pgbouncer, self.folder / "pgbouncer.log", **own),
            program,
        ]

    def _haproxy(self) -> Path:
        text = (CLUSTER / "haproxy.cfg").read_text()
        places = {"bind 127.0.0.1:": f"bind {self.address}:"}
        return self.layout.write(self.name, "haproxy.cfg", self.layout.here(text, places))

    def _pgbouncer(self) -> Path:
        secret = self.layout.passwords["survey"]
        users = self.layout.write(self.name, "users.txt", f'"survey" "{secret}"\n')
        places = {
            "host=127.0.0.1": f"host={self.address}",
            "auth_file = /etc/survey-pgbouncer.txt": f"auth_file = {users}",
            "/run/survey-pgbouncer": str(self.folder),
            "auth_type = peer": "auth_type = trust",  # nobody here is called survey
        }
        text = self.layout.here((CLUSTER / "pgbouncer.ini").read_text(), places)
        return self.layout.write(self.name, "pgbouncer.ini", text)

    def _settings(self, secret_key: str) -> dict[str, str]:
        own = shlex.split(unit("survey.service")["Service"]["Environment"].replace("\n", " "))
        (line,) = (DEPLOY / "pgbouncer" / "site.env").read_text().splitlines()
        (pool,) = shlex.split(adapted(line, {"/run/survey-pgbouncer": str(self.folder)}))
        counts = self.folder / "counts"
        counts.mkdir(exist_ok=True)
        owned(self.folder)
        return {
            **dict(pair.split("=", 1) for pair in [*own, pool]),
            "SECRET_KEY": secret_key,
            "ALLOWED_HOSTS": NAME,
            "PUBLIC_ORIGINS": f"https://{NAME}",
            "TRUSTED_PROXIES": "127.0.0.1",
            "GRANIAN_HOST": self.address,
            "PROMETHEUS_MULTIPROC_DIR": str(counts),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def _program(self, python: str) -> list[str]:
        start = unit("survey.service")["Service"]["ExecStart"]
        places = {"/srv/survey/.venv/bin/granian": f"{python} -m granian"}
        return shlex.split(adapted(start, places))

    def start(self) -> None:
        for daemon in self.daemons:
            daemon.start()

    def freeze(self) -> None:
        """Who asks it waits; the kernel goes on taking connections."""
        for daemon in self.daemons:
            send(signal.SIGSTOP, daemon.pids)

    def crash(self) -> None:
        for daemon in self.daemons:
            daemon.kill()

    end = crash

    def answers(self) -> bool:
        command = ["curl", "--silent", "--fail", "--max-time", "5", "-H", f"Host: {NAME}"]
        address = f"http://{self.address}:8000/readyz"
        return subprocess.run([*command, address], capture_output=True).returncode == 0


def _site_file(layout: Layout, folder: Path, tls: int, plain: int, compressor: int) -> str:
    """The proxy's file of a single machine, through front.sed, for here."""
    sed = ["sed", "-f", str(CLUSTER / "front.sed"), str(DEPLOY / "nginx" / "survey.conf")]
    text = subprocess.run(sed, check=True, capture_output=True, text=True).stdout
    text = "".join(line for line in text.splitlines(True) if "listen [::]" not in line)
    places = {
        "listen 80": f"listen 127.0.0.1:{plain}",
        "listen 443": f"listen 127.0.0.1:{tls}",
        "127.0.0.1:8001": f"127.0.0.1:{compressor}",
        "/etc/ssl/certs/": f"{folder}/",
        "/etc/ssl/private/": f"{folder}/",
        "/var/cache/nginx-survey": f"{folder}/cache",
        "/var/log/nginx/": f"{folder}/",
        "/srv/survey/deploy/nginx/pages/": f"{DEPLOY}/nginx/pages/",
    }
    return layout.here(text, places)


@contextmanager
def front(layout: Layout) -> Iterator[Front]:
    """nginx before the application machines, with its cache."""
    folder = layout.folder("front")
    for name, content in zip(("survey.pem", "survey.key"), certificate(), strict=True):
        (folder / name).write_bytes(content)
    tls, plain, compressor = free_ports(3)
    (folder / "conf.d").mkdir()
    site = _site_file(layout, folder, tls, plain, compressor)
    (folder / "conf.d" / "survey.conf").write_text(site)
    upstream = layout.here((CLUSTER / "upstream.conf").read_text(), {})
    (folder / "conf.d" / "upstream.conf").write_text(upstream)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    places = {
        "user www-data;\n": "",
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "/var/log/nginx/": f"{folder}/",
        "/etc/nginx/conf.d": f"{folder}/conf.d",
        "http {\n": f"http {{\n{temporary}",
    }
    main = adapted((DEPLOY / "nginx" / "nginx.conf").read_text(), places)
    (folder / "nginx.conf").write_text(main)
    owned(folder)
    command = ["nginx", "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"]
    command += ["-g", "daemon off;"]
    environment = environment_of({})
    os.chmod(folder / "survey.pem", 0o644)
    with process(command, folder / "nginx.log", cwd=folder, env=environment, **ACCOUNT) as running:
        until(lambda: listens(tls) or running.poll() is not None, "nginx listens")
        assert running.poll() is None, (folder / "nginx.log").read_text()
        yield Front(folder, tls, plain, running)
