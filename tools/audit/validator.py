"""The Nu HTML checker (v.Nu) on the HTML of every page, in both languages."""

import json
import re
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tools.pages.listing import all_stops
from tools.pages.serving import Site

from .programs import MODULES

JAR = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
# Said of Django's own pages and widgets, which are not ours to mend.
DJANGOS = (
    "No “p” element in scope but a “p” end tag seen",  # a colleague's password
    "Attribute “disabled” not allowed on element “div”",  # a colleague
    "Element “option” without attribute “label” must not be empty",  # autocomplete
    "The first “option” element in a “select” element with a “required” attribute",
    "A “select” element with a “required” attribute",
    # Of a field with `show_hidden_initial`, whose second widget is the first one's copy.
    "“hidden” must not have any “aria-*” attributes",
)


def sources(browser: Browser, site: Site, folder: Path) -> None:
    """Write the HTML of each page to a file named like it."""
    for language in ("fr", "en"):
        for number, stop in enumerate(all_stops()):
            context = browser.new_context(locale=language)
            name = f"{language} {number:03} {stop.name}".replace("/", " ")
            source = stop.opened(context, site, language).source
            (folder / f"{name}.html").write_text(source, encoding="utf-8")
            context.close()


def mistakes(folder: Path) -> dict[str, list[str]]:
    """What the checker calls an error, and where, as page and words."""
    files = sorted(str(path) for path in folder.glob("*.html"))
    command = ["java", "-jar", str(JAR), "--format", "json", "--exit-zero-always", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = defaultdict(list)
    message: dict[str, Any]
    for message in json.loads(done.stderr)["messages"]:
        said = message["message"]
        if message["type"] == "error" and not any(known in said for known in DJANGOS):
            page = Path(message["url"]).name.replace("%20", " ").removesuffix(".html")
            kind = re.sub("^Bad value “[^”]*”", "Bad value", said)
            words = " ".join(message.get("extract", "").split())
            found[kind].append(f"{page}: {words[:100]}")
    return found
