"""Pictures of every page, to be looked at: `python -m tools.contact_sheet` (with the dev
requirements).

Each page of `tools.pages.listing` at 360, 768 and 1280 px, in the light and in the dark, small and
side by side, on sheets in docs/pictures/contact/ that docs/contact-sheet.md shows. With a part of a
name as argument, the pages so named are instead put into var/pages/, in full size.
"""

import io
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, sync_playwright

from tools.find_chromium import find_chromium
from tools.pages.listing import NEWSROOM, READERS, Stop
from tools.pages.serving import ROOT, Site, served

FOLDER = ROOT / "docs" / "pictures" / "contact"
DOCUMENT = ROOT / "docs" / "contact-sheet.md"
WIDTHS, SCHEMES = (360, 768, 1280), ("light", "dark")
HEIGHT = 1700  # px of a page: what is further down looks like what is above
SCALE = 0.25
GAP, LABEL = 6, 18  # px between pictures, and for the name above
BACK, INK = "#8a857b", "#161514"
ON_A_SHEET = 8
QUALITY = 42
INTRODUCTION = """# Contact sheet

Every page that a reader or a colleague can come to, at 360, 768 and 1280 px, each in the light and
in the dark, from the demonstration's data (simulated readers) in French; long pages are cut after
1,700 px. `python -m tools.contact_sheet` makes it anew; what is looked at besides is in
[design.md](design.md).
"""

Shots = list[Image.Image]


def shots(browser: Browser, site: Site, stop: Stop) -> Iterator[Image.Image]:
    """One visit, seen at each width and in each scheme. Lazily: a page is dropped once scaled."""
    context = browser.new_context(locale="fr", reduced_motion="reduce")
    page = stop.opened(context, site, "fr").page
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            whole = page.evaluate("document.documentElement.scrollHeight")
            clip = {"x": 0, "y": 0, "width": width, "height": min(whole, HEIGHT)}
            taken = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
            yield Image.open(io.BytesIO(taken)).convert("RGB")
    context.close()


def strip(stop: Stop, pictures: Iterable[Image.Image]) -> Image.Image:
    """The pictures of one page in a row, below its name."""
    small = [
        picture.resize((round(picture.width * SCALE), round(picture.height * SCALE)))
        for picture in pictures
    ]
    width = sum(picture.width + GAP for picture in small) + GAP
    height = max(picture.height for picture in small) + LABEL + GAP
    row = Image.new("RGB", (width, height), BACK)
    name = f"{stop.name} ({stop.role})" if stop.role else stop.name
    ImageDraw.Draw(row).text((GAP, 1), name, fill=INK, font=ImageFont.load_default(13))
    left = GAP
    for picture in small:
        row.paste(picture, (left, LABEL))
        left += picture.width + GAP
    return row


def sheet(strips: list[Image.Image], path: Path) -> None:
    whole = Image.new("RGB", (strips[0].width, sum(one.height for one in strips)), BACK)
    top = 0
    for one in strips:
        whole.paste(one, (0, top))
        top += one.height
    whole.save(path, quality=QUALITY, method=6)


def sheets(browser: Browser, site: Site, name: str, stops: list[Stop]) -> Iterator[str]:
    """Make the sheets of one kind of pages; the lines of the document that show them."""
    waiting = iter(stops)
    for number, group in enumerate(iter(lambda: list(islice(waiting, ON_A_SHEET)), []), start=1):
        path = FOLDER / f"{name}-{number}.webp"
        sheet([strip(stop, shots(browser, site, stop)) for stop in group], path)
        shown = ", ".join(stop.name for stop in group)
        yield f"\n![{shown}](pictures/contact/{path.name})\n"


def write_document(browser: Browser, site: Site) -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    lines = [INTRODUCTION, "\n## Readers\n", *sheets(browser, site, "readers", READERS)]
    lines += ["\n## Newsroom\n", *sheets(browser, site, "newsroom", NEWSROOM)]
    DOCUMENT.write_text("".join(lines), encoding="utf-8")
    size = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{len(READERS + NEWSROOM)} pages, {size / 1e6:.1f} MB in {FOLDER.relative_to(ROOT)}")


def look(browser: Browser, site: Site, part: str) -> None:
    folder = ROOT / "var" / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    for stop in (stop for stop in READERS + NEWSROOM if part in stop.name):
        for number, picture in enumerate(shots(browser, site, stop)):
            width, scheme = WIDTHS[number // 2], SCHEMES[number % 2]
            path = folder / f"{stop.role} {stop.name} {width} {scheme}.png".strip()
            picture.save(path)
            print(path.relative_to(ROOT))


def main(arguments: list[str]) -> None:
    path = find_chromium()
    if path is None:
        sys.exit("Chromium is needed to make the pictures.")
    flags = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        if arguments:
            look(browser, site, arguments[0])
        else:
            write_document(browser, site)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
