"""Bring the database up to date and fill it, in one process: Django's start is what takes time.

`python -m tools.prepare COMMAND`, by `tools.run`.
"""

import os
import sys

import django
from django.core.management import CommandError, call_command
from django.db import OperationalError


def main(content: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "surveysite.settings")
    django.setup()
    try:
        call_command("migrate", verbosity=0)
        call_command(content)
    except OperationalError as problem:
        sys.exit(f"The database can't be used: {problem}")
    except CommandError as problem:
        sys.exit(f"{content}: {problem}")


if __name__ == "__main__":
    main(sys.argv[1])
