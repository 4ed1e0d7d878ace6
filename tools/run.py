"""`make run` and `make demo`: from a fresh clone to a server, and quickly back to it.

`python -m tools.run COMMAND` fills the database with the management command load_sample or demo.
Run by the Python that the machine has; what needs Django runs in .venv.
"""

import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Mapping

from tools import environment

HOST = "127.0.0.1"


def main(content: str) -> None:
    port = chosen_port(os.environ)
    complain_if_taken(port)
    python = str(environment.ready(environment.USE))
    settings = development_settings(os.environ, port)
    os.chdir(environment.ROOT)
    prepared = subprocess.run([python, "-m", "tools.prepare", content], env=settings, check=False)
    if prepared.returncode:
        sys.exit(prepared.returncode)
    print(welcome(os.environ, port, content), flush=True)
    # In place of this process: a signal to it reaches the server.
    os.execve(python, [python, "manage.py", "runserver", f"{HOST}:{port}"], settings)


def chosen_port(variables: Mapping[str, str]) -> int:
    text = variables.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}: PORT=8001 make run")
    return int(text)


def complain_if_taken(port: int) -> None:
    """Before anything is installed, rather than after minutes and with a traceback."""
    other = port + 1 if port < 65535 else 8001
    advice = f"Choose another: PORT={other} make run"
    with socket.socket() as client:
        client.settimeout(1)
        # On macOS binding succeeds beside a server that listens on all addresses.
        if client.connect_ex((HOST, port)) == 0:
            sys.exit(f"Port {port} is taken by another program. {advice}")
    with socket.socket() as server:
        # As runserver does: a connection that is only just closed doesn't hold the port.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((HOST, port))
        except OSError as problem:
            sys.exit(f"Port {port} can't be used ({problem.strerror}). {advice}")


def development_settings(variables: Mapping[str, str], port: int) -> dict[str, str]:
    """The user's own variables, DATABASE_URL among them, and what a local server needs."""
    origins = f"http://{HOST}:{port},http://localhost:{port}"
    return {"PUBLIC_ORIGINS": origins, **variables, "DEBUG": "true"}


def welcome(variables: Mapping[str, str], port: int, content: str = "load_sample") -> str:
    # manage.py runs in the user's shell, which has DATABASE_URL only if the user exported it.
    database = ""
    if "DATABASE_URL" in variables:
        database = f"DATABASE_URL={shlex.quote(variables['DATABASE_URL'])} "
    named = "an account named above, or one" if content == "demo" else "an account"
    return f"""
Readers: http://{HOST}:{port}/
Staff sign in at http://{HOST}:{port}/admin/ with {named} that you make by
    DEBUG=true {database}.venv/bin/python manage.py createsuperuser
Stop with Ctrl+C.
"""


if __name__ == "__main__":
    main(sys.argv[1])
