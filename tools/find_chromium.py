"""The browser for tests is the one that the system has; none is ever downloaded."""

import os
import shutil

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find_chromium() -> str | None:
    """CHROMIUM when it is set, and then nothing else; otherwise the first that is installed."""
    chosen = os.environ.get("CHROMIUM")
    names = NAMES if chosen is None else (chosen,)
    return next((path for name in names if (path := shutil.which(name))), None)
