"""How much room is left where this site writes."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.db import connection

# An Excel file of a million answers has 100 MB; below this the next one may fail, or on SQLite the
# next answers.
LOW = 200_000_000  # bytes


def free_bytes() -> Mapping[str, int]:
    """By what lies there: "exports", and "database" on SQLite (PostgreSQL's disk is its own)."""
    places = {"exports": settings.EXPORTS_DIR}
    if connection.vendor == "sqlite":
        places["database"] = Path(connection.settings_dict["NAME"])
    return {name: shutil.disk_usage(_existing(place)).free for name, place in places.items()}


def _existing(place: Path) -> Path:
    """The folder that is there: the one for exports is made with the first of them."""
    return next(each for each in (place, *place.absolute().parents) if each.exists())
