"""What has to be installed, and a Python that the account without rights can run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.deploy.running import ACCOUNT, ROOT
from tools.temporary_postgres import find_binaries

PACKAGES = {  # of Debian, by what is looked for
    "etcd": "etcd-server",
    "haproxy": "haproxy",
    "pgbouncer": "pgbouncer",
    "nginx": "nginx",
    "openssl": "openssl",
}
LOCK = ROOT / "deploy" / "cluster" / "requirements.lock"
PLACE = ROOT / "var" / "cluster"
ASIDE = "import sys; from pathlib import Path; from tools import environment as e; "


def missing() -> list[str]:
    found = f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin"
    packages = [name for what, name in PACKAGES.items() if not shutil.which(what, path=found)]
    return packages if find_binaries() else [*packages, "postgresql"]


def installed() -> None:
    """Exit with what to install; with CI=true, as root, install it."""
    packages = missing()
    if packages and os.environ.get("CI", "").lower() in ("true", "1") and os.geteuid() == 0:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        apt = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
        for command in (["apt-get", "update", "-q"], apt):
            subprocess.run(command, env=quiet, check=True)
        packages = missing()
    if packages:
        sys.exit(f"Missing: apt install {' '.join(packages)} (the names are Debian's)")


def _runs(python: str) -> bool:
    """Whether the account can start it, and it is a version for which .venv has its packages."""
    version = f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    try:
        done = subprocess.run([python, "-c", version], capture_output=True, cwd="/", **ACCOUNT)
    except OSError:
        return False
    return done.returncode == 0


def python() -> tuple[str, dict[str, str]]:
    """One for the program, with what has to be in its environment: .venv's, or where root's home
    is closed to others the system's own, with the packages of .venv."""
    if _runs(sys.executable):
        return sys.executable, {}
    packages = next(Path(sys.prefix).glob("lib/python*/site-packages"))
    for other in ("/usr/bin/python3", "/usr/local/bin/python3"):
        if _runs(other):
            return other, {"PYTHONPATH": str(packages)}
    sys.exit("No Python of this version can be run without root's rights: don't be root.")


def patroni() -> Path:
    """The folder of its commands, in an environment of its own, made when its lock changes."""
    maker = getattr(sys, "_base_executable", sys.executable)
    if not _runs(maker):
        maker = python()[0]
    make = f"{ASIDE} e.ready(sys.argv[1], Path(sys.argv[2]))"
    PLACE.mkdir(parents=True, exist_ok=True)
    subprocess.run([maker, "-c", make, str(LOCK), str(PLACE)], cwd=ROOT, check=True)
    return PLACE / ".venv" / "bin"
