"""The article's page behind nginx as deploy/ ships it, against nginx's own static file.

One nginx serves both, on two ports, to the same load in turn; what counts is the processor time
that it takes for a page. (Pages per second would measure the load generator, which takes more than
nginx does, and how 32 connections happen to fall on its workers.) The file is served twice: by a
server that does nothing else, and by the shipped one, whose logs and limits then cost it the same.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench import weight
from bench.lines import Line, Section, ratios
from bench.processes import children, processor
from bench.servers import (
    OUT,
    ROOT,
    Project,
    application,
    copied,
    fetch,
    free_port,
    served,
    wait_for,
)
from bench.submissions import Size, Turn, load, wrong_answers
from bench.weight import FirstView

DEPLOY = ROOT / "deploy" / "nginx"
QUICK = Size(rounds=3, seconds=1)
FULL = Size(rounds=7, seconds=4)
LEAST = 0.9
HELD = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
# Not of what is measured: TLS, other names, IPv6, and the limits of one reader, which this one is.
LEFT_OUT = r"listen \[::\].*|listen 443 ssl http2;|ssl_.*;|server_name .*;"


PROXY, ALONE, BESIDE = "nginx", "a server of its own", "the shipped server"


@dataclass(frozen=True)
class Proxied:
    """`speeds`: in each round, pages per second of nginx's processor time, by what was asked."""

    page_bytes: int = 0
    speeds: list[dict[str, float]] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    view: FirstView | None = None


def measure(size: Size, source: str) -> Proxied:
    """Nothing where there is no nginx. `source`: as in `submissions`."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        return Proxied()
    with copied(source) as url, served(application(url)) as site:
        page = fetch(site)
        done = Proxied(len(page))
        with _nginx(nginx, site, page) as (server, sides):
            for number in range(size.rounds):
                print(f"behind nginx: {number + 1} of {size.rounds}", flush=True)
                _turn(server, sides, size, done)
            return replace(done, view=weight.first_view(sides[0]))


def _turn(server: int, sides: list[Project], size: Size, done: Proxied) -> None:
    turn, speeds = {}, {}
    for side in sides:
        before = processor(children(server))
        turn[side.name] = load(side, size, post=False)
        speeds[side.name] = turn[side.name].done / (processor(children(server)) - before)
    done.turns.append(turn)
    done.speeds.append(speeds)


@contextmanager
def _nginx(nginx: str, site: Project, page: bytes) -> Iterator[tuple[int, list[Project]]]:
    """The shipped files on ports of loopback, and in two places a file of the same bytes."""
    with tempfile.TemporaryDirectory(prefix="bench-nginx-", dir="/tmp") as name:
        place = Path(name)
        place.chmod(0o755)
        proxy = replace(site, name=PROXY, port=free_port())
        alone = replace(proxy, name=ALONE, port=free_port(), page="/page.html")
        sides = [proxy, alone, replace(proxy, name=BESIDE, page="/page.html")]
        (place / "page.html").write_bytes(page)
        _configure(place, site.port, proxy.port)
        (place / "conf.d" / "static.conf").write_text(
            f"server {{ listen 127.0.0.1:{alone.port}; root {place}; }}\n"
        )
        command = [nginx, "-c", str(place / "nginx.conf"), "-e", str(place / "error.log")]
        with (OUT / "nginx.log").open("wb") as log:
            server = subprocess.Popen([*command, "-g", "daemon off;"], stdout=log, stderr=log)
        try:
            for side in sides:
                wait_for(side, server)
            yield server.pid, sides
        finally:
            server.terminate()
            server.wait()


def _configure(place: Path, program: int, port: int) -> None:
    (place / "conf.d").mkdir()
    text = re.sub(LEFT_OUT, "", (DEPLOY / "survey.conf").read_text())
    # The page's own server, the last but one of the file, is the only one that is needed.
    before, *servers = re.split(r"(?m)^(?=server \{)", text)
    text = before + "".join(servers[-2:]).replace(
        "server {",
        f"server {{\nlisten 127.0.0.1:{port};\nlocation = /page.html {{ root {place}; }}",
        1,
    )
    places = {
        r"127\.0\.0\.1:8000": f"127.0.0.1:{program}",
        r"127\.0\.0\.1:8001": f"127.0.0.1:{free_port()}",
        r"rate=\d+r/s": "rate=1000000r/s",
        "/var/cache/nginx-survey": f"{place}/cache",
        "/var/log/nginx/": f"{place}/",
        r"\$host;": "$http_host;",
    }
    for pattern, here in places.items():
        text, times = re.subn(pattern, here, text)
        assert times, pattern
    (place / "conf.d" / "survey.conf").write_text(text)
    main = (DEPLOY / "nginx.conf").read_text().replace("/etc/nginx/conf.d", f"{place}/conf.d")
    main = main.replace("/run/nginx.pid", f"{place}/pid").replace("/var/log/nginx/", f"{place}/")
    held = "".join(f"{kind}_temp_path {place}/{kind};\n" for kind in HELD)
    held += "keepalive_requests 1000000;\n"  # of the load generator, which never comes again
    (place / "nginx.conf").write_text(main.replace("http {\n", f"http {{\n{held}"))


def sections(done: Proxied) -> list[Section]:
    text = (
        f"As `deploy/` ships it, to a static file of the same {done.page_bytes:,} bytes that the"
        f" same nginx serves; medians of {len(done.speeds)} rounds."
    )
    page = Section(
        title="The article’s page behind nginx",
        text=text if done.turns else "nginx is not installed.",
        lines=[
            line(f"pages per second of its processor time, the file in {name}", done, name, least)
            for name, least in ((ALONE, LEAST), (BESIDE, 0))
        ],
        problems=wrong_answers(done.turns),
    )
    return [page, weight.section(done.view)]


def line(name: str, done: Proxied, theirs: str, at_least: float) -> Line:
    return ratios(name, [(each[PROXY], each[theirs]) for each in done.speeds], at_least=at_least)
