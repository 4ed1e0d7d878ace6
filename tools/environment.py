"""Bring .venv up to a lock file: `python -m tools.environment requirements.lock`.

Run by the Python that the machine has, so it uses the standard library alone. It costs a few
milliseconds when nothing changed, which is what makes a second `make run` quick.
"""

import importlib.util
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT = "requirements-dev.lock"
USE = "requirements.lock"
NO_VENV = (
    "This Python can't make virtual environments."
    " Debian and Ubuntu: sudo apt install python3-venv. Then repeat the command."
)


def ready(lock: str, root: Path = ROOT) -> Path:
    """The environment's Python, with the lock installed."""
    python = root / ".venv" / "bin" / "python"
    if not python.exists():  # also when the Python it was made from has been removed
        make_environment(root)
    stamp = root / ".venv" / "installed"
    if digest(root / lock) not in installed(stamp):
        # Removed first: half an installation must not pass for a whole one.
        stamp.unlink(missing_ok=True)
        install(python, root / lock)
        # The development lock holds everything of the other, so that `make test` followed by
        # `make run` installs once. What was installed before is forgotten: versions may differ.
        locks = (DEVELOPMENT, USE) if lock == DEVELOPMENT else (lock,)
        stamp.write_text("".join(f"{digest(root / name)}\n" for name in locks))
    return python


def digest(lock: Path) -> str:
    return sha256(lock.read_bytes()).hexdigest()


def installed(stamp: Path) -> list[str]:
    return stamp.read_text().split() if stamp.exists() else []


def make_environment(root: Path) -> None:
    # Debian packs these apart from Python, and would fail halfway with a long message.
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        sys.exit(NO_VENV)
    print("Making a virtual environment in .venv", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(root / ".venv")], check=False
    )
    if made.returncode:
        sys.exit("No virtual environment could be made in .venv; Python says why above.")


def install(python: Path, lock: Path) -> None:
    print(f"Installing {lock.name} (only when it has changed)", flush=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, "--require-hashes", "-r", str(lock)], check=False)
    if done.returncode:
        sys.exit(f"{lock.name} could not be installed; pip says why above.")


if __name__ == "__main__":
    ready(sys.argv[1])
