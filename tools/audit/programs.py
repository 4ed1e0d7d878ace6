"""The programs that aren't Python's, pinned in package.json, installed outside of the sources."""

import shutil
import subprocess
from pathlib import Path

from tools.find_chromium import find_chromium

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "var" / "audit"
MODULES = FOLDER / "node_modules"
NEEDED = {
    "node": "Node.js 20 (apt install nodejs)",
    "npm": "npm (apt install npm)",
    "java": "a Java runtime (apt install default-jre-headless)",
}


class Missing(Exception):
    """What has to be installed before anything can be audited."""


def ready() -> None:
    """Install what package-lock.json names, when it names something else than last time."""
    missing = [told for name, told in NEEDED.items() if shutil.which(name) is None]
    if find_chromium() is None:
        missing.append("Chromium (apt install chromium, or CHROMIUM=its path)")
    if missing:
        raise Missing("`make audit` needs " + ", ".join(missing))
    lock, installed = HERE / "package-lock.json", FOLDER / "package-lock.json"
    if MODULES.exists() and installed.read_bytes() == lock.read_bytes():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, FOLDER / name)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(["npm", "ci", *quiet], cwd=FOLDER, check=True)
