"""Run both, say what was found, and fail where anything was."""

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.find_chromium import find_chromium
from tools.pages.serving import served

from . import lighthouse, programs, validator


def validate(folder: Path) -> bool:
    arguments = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        validator.sources(browser, site, folder)
        browser.close()
    found = validator.mistakes(folder)
    for said, pages in found.items():
        print(f"{said}\n    {len(pages)} times, first on {pages[0]}")
    print(f"HTML: {len(list(folder.glob('*.html')))} pages, {len(found)} kinds of mistakes")
    return not found


def measure(folder: Path) -> bool:
    good = True
    with lighthouse.production(folder) as url:
        for path in lighthouse.PAGES:
            for device in ("mobile", "desktop"):
                report = lighthouse.best(url + path, device, folder)
                scores = lighthouse.scores(report)
                good &= all(scores[name] >= least for name, least in lighthouse.LEAST.items())
                told = ", ".join(f"{name} {score * 100:.0f}" for name, score in scores.items())
                print(f"Lighthouse, {path} ({device}): {told}")
                for cost in lighthouse.costs(report):
                    print(f"    {cost}")
    return good


def main() -> int:
    try:
        programs.ready()
    except programs.Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as pages, tempfile.TemporaryDirectory() as measures:
        return int(not (validate(Path(pages)) & measure(Path(measures))))


if __name__ == "__main__":
    sys.exit(main())
