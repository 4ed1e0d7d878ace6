"""The article's page behind nginx as deploy/ ships it, against nginx's own static file.

One nginx serves both, on two ports, to the same load in turn; what counts is the processor time
that it takes for a page. (Pages per second would measure the load generator, which takes more than
nginx does, and how 32 connections happen to fall on its workers.) `python -m bench.proxy` prints
it.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from bench.load import Round
from bench.servers import OUT, ROOT, Project, application, fetch, free_port, served, wait_for
from bench.submissions import Pair, Size, load, prepare, wrong_answers
from tools.temporary_postgres import temporary_postgres

DEPLOY = ROOT / "deploy" / "nginx"
QUICK = Size(rounds=3, seconds=2)
FULL = Size(rounds=5, seconds=5)
LEAST = 0.9
HELD = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
# Not of what is measured: TLS, other names, IPv6, and the limits of one reader, which this one is.
LEFT_OUT = r"listen \[::\].*|listen 443 ssl http2;|ssl_.*;|server_name .*;"


@dataclass(frozen=True)
class Proxied:
    """`speeds`: pages per second of nginx's processor time, of the site and of the file."""

    speeds: list[tuple[float, float]]
    page_bytes: int
    problems: list[str]


def measure(size: Size) -> Proxied | None:
    """None where there is no nginx."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        return None
    OUT.mkdir(exist_ok=True)
    with temporary_postgres(durable=True) as url:
        site = application(url)
        prepare(site)
        with served(site):
            page = fetch(site)
            with _nginx(nginx, site, page) as (server, proxy, static):
                found = [_round(server, proxy, static, size) for _ in range(size.rounds)]
    pairs = [Pair(*(given for given, _seconds in both)) for both in found]
    speeds = [(ours[0].done / ours[1], theirs[0].done / theirs[1]) for ours, theirs in found]
    return Proxied(speeds, len(page), wrong_answers(pairs))


Costly = tuple[Round, float]


def _round(server: int, proxy: Project, static: Project, size: Size) -> tuple[Costly, Costly]:
    """What each gave, and the seconds of processor that nginx took for it."""
    print("behind nginx, and a static file", flush=True)
    return _costs(server, proxy, size), _costs(server, static, size)


def _costs(server: int, project: Project, size: Size) -> Costly:
    before = _processor(server)
    given = load(project, size, post=False, rate=0)
    return given, _processor(server) - before


def _processor(server: int) -> float:
    """Seconds that its workers have taken so far."""
    workers = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    ticks = 0
    for worker in workers:
        # Fields 14 and 15 of proc(5), counted after the name, which may have blanks in it.
        fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def _nginx(nginx: str, site: Project, page: bytes) -> Iterator[tuple[int, Project, Project]]:
    """The shipped files on ports of loopback, and beside them a file of the same bytes."""
    with tempfile.TemporaryDirectory(prefix="bench-nginx-", dir="/tmp") as name:
        place = Path(name)
        place.chmod(0o755)
        proxy = replace(site, name="nginx", port=free_port(), post="")
        static = replace(proxy, name="nginx-static", port=free_port(), page="/page.html")
        (place / "page.html").write_bytes(page)
        _configure(place, site.port, proxy.port)
        (place / "conf.d" / "static.conf").write_text(
            f"server {{ listen 127.0.0.1:{static.port}; root {place}; }}\n"
        )
        command = [nginx, "-c", str(place / "nginx.conf"), "-e", str(place / "error.log")]
        with (OUT / "nginx.log").open("wb") as log:
            server = subprocess.Popen([*command, "-g", "daemon off;"], stdout=log, stderr=log)
        try:
            for side in (proxy, static):
                wait_for(side, server)
            yield server.pid, proxy, static
        finally:
            server.terminate()
            server.wait()


def _configure(place: Path, program: int, port: int) -> None:
    (place / "conf.d").mkdir()
    text = re.sub(LEFT_OUT, "", (DEPLOY / "survey.conf").read_text())
    # The page's own server, the last but one of the file, is the only one that is needed.
    before, *servers = re.split(r"(?m)^(?=server \{)", text)
    text = before + "".join(servers[-2:]).replace(
        "server {", f"server {{\nlisten 127.0.0.1:{port};", 1
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


def section(proxied: Proxied | None) -> str:
    """The table of RESULTS.md."""
    if proxied is None:
        return "The page behind nginx was not measured: nginx is not installed."
    ratios = [ours / theirs for ours, theirs in proxied.speeds]
    ours, theirs = (median(side) for side in zip(*proxied.speeds, strict=True))
    verdict = "kept" if median(ratios) >= LEAST else "missed"
    return (
        "The article’s page behind nginx as `deploy/` ships it, to a static file of the same"
        f" {proxied.page_bytes:,} bytes that the same nginx serves; medians of"
        f" {len(ratios)} rounds.\n\n"
        "| | application | reference | ratio | range | budget | |\n"
        "| --- | ---: | ---: | ---: | --- | --- | --- |\n"
        f"| pages per second of nginx’s processor time | {ours:,.0f} | {theirs:,.0f}"
        f" | **{median(ratios):.2f}** | {min(ratios):.2f}–{max(ratios):.2f} | ≥ {LEAST}"
        f" | {verdict} |"
    )


if __name__ == "__main__":
    found = measure(FULL)
    print(section(found), *(found.problems if found else []), sep="\n")
