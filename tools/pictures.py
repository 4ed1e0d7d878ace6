"""Make the pictures of the documents anew: `python -m tools.pictures` (with the dev requirements).

A throw-away site with simulated readers is served on loopback; Chromium goes through it as a
reader, a moderator and an editor, and puts what it saw side by side.
"""

import base64
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.find_chromium import find_chromium

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
PORT = 8765
SITE = f"http://127.0.0.1:{PORT}"
ARTICLE = "/articles/stargate-musk/"


@contextmanager
def served() -> Iterator[dict[str, str]]:
    """The demo with 20,000 readers on a new database; yields the passwords, by account."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DEBUG": "true",
            "DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3",
            "PUBLIC_ORIGINS": SITE,
            "EXPORTS_DIR": f"{folder}/exports",
        }
        manage = [sys.executable, str(ROOT / "manage.py")]
        subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True)
        printed = subprocess.run(
            [*manage, "demo"], env=environment, check=True, capture_output=True, text=True
        ).stdout
        more = ["simulate_readers", "stargate-musk", "--responses", "19600", "--seed", "7"]
        subprocess.run([*manage, *more], env=environment, check=True, capture_output=True)
        roles = r"(moderator|editor|administrator)\s+(\S{16})"
        command = [*manage, "runserver", f"127.0.0.1:{PORT}", "--noreload"]
        server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            _wait()
            yield dict(re.findall(roles, printed))
        finally:
            server.terminate()
            server.wait()


def _wait() -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{SITE}/livez")  # noqa: S310  (our own, on loopback)
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the site did not start")


def opened(browser: Browser, path: str, width: int, scheme: str = "light") -> Page:
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="fr")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(SITE + path)
    return page


def shot(page: Page, *, top: int = 0, height: int = 1400) -> bytes:
    """A piece of the whole page, from `top` down."""
    width = (page.viewport_size or {"width": 360})["width"]
    clip = {"x": 0, "y": top, "width": width, "height": height}
    return page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]


def place(page: Page, selector: str) -> int:
    """How far down the page an element begins, in pixels."""
    found = "s => document.querySelector(s).getBoundingClientRect().top + scrollY"
    return int(page.evaluate(found, selector))


def readers_way(browser: Browser) -> list[bytes]:
    """The article in the light and in the dark, the mistakes, the receipt, the results."""
    pieces = [shot(opened(browser, ARTICLE, 360))]
    dark = opened(browser, ARTICLE, 360, "dark")
    dark.locator("#statement-1 summary").first.click()
    pieces.append(shot(dark, top=place(dark, "#statement-1") - 120))
    page = opened(browser, ARTICLE, 360)
    page.fill("textarea", "Je voudrais des preuves, pas des messages.")
    page.locator("#response-form .send button").click()
    page.locator("#errors").wait_for()
    pieces.append(shot(page))
    for name, value in (("credible", "2"), ("relevant", "4")):
        page.locator(f'label:has(input[name="item-{name}"][value="{value}"])').click()
    page.check("#id_consent_publication")
    page.check("#id_consent_counting")
    page.locator("#response-form .send button").click()
    page.wait_for_url("**/receipts/**")
    results = opened(browser, f"{ARTICLE}results/", 360)
    return [*pieces, shot(page), shot(results), shot(results, top=place(results, "#grid") - 120)]


def signed_in(browser: Browser, path: str, name: str, password: str) -> Page:
    page = opened(browser, f"/admin/{path}", 1280)
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.locator('[type="submit"]').click()
    page.wait_for_load_state()
    return page


def newsroom(browser: Browser, passwords: dict[str, str]) -> list[bytes]:
    """What waits for a moderator, and an editor's survey."""
    return [
        shot(signed_in(browser, path, name, passwords[name]), height=900)
        for name, path in (("moderator", ""), ("editor", "polls/survey/1/change/"))
    ]


TITLE = "Le tram sera-t-il gratuit ?"
SAID = "Le tram sera gratuit dès le premier jour."
TEXT = f"""La mairie a présenté mardi son projet de tramway : douze kilomètres, dix-neuf arrêts.

La maire a été plus loin : « {SAID} » L’opposition en doute.

## Qui paiera ?

Le budget sera voté en mars. D’ici là, la région n’a rien promis."""
SELECT = """words => {
  const text = document.querySelector("[name=article-body]");
  const start = text.value.indexOf(words);
  text.focus();
  text.setSelectionRange(start, start + words.length);
}"""


def composed(browser: Browser, passwords: dict[str, str]) -> bytes:
    """A consultation that an editor has begun: a statement picked, the questions added."""
    page = signed_in(browser, "polls/survey/compose/", "editor", passwords["editor"])
    page.fill("[name=article-title]", TITLE)
    page.fill("[name=article-body]", TEXT)
    page.evaluate(SELECT, SAID)
    page.keyboard.press("Control+Enter")
    page.locator("[name$=-speaker]").last.fill("La maire")
    page.fill("[name=survey-question]", "Cette promesse vous paraît-elle crédible ?")
    page.locator("[data-standard]").click()
    page.wait_for_timeout(2500)  # the preview is made when nothing was typed for a moment
    page.evaluate("scrollTo(0, 0)")
    return page.screenshot(clip={"x": 0, "y": 0, "width": 1280, "height": 900})


def moderated(browser: Browser, passwords: dict[str, str]) -> dict[str, bytes]:
    """The queue, what an author reads of a rejection, and the report of the running quarter."""
    author = opened(browser, ARTICLE, 360)
    author.fill("textarea", "Écrivez donc à son adresse, redaction@example.org, il répondra.")
    for name, value in (("credible", "2"), ("relevant", "4")):
        author.locator(f'label:has(input[name="item-{name}"][value="{value}"])').click()
    author.check("#id_consent_publication")
    author.check("#id_consent_counting")
    author.wait_for_timeout(2500)  # a person reads before sending
    author.locator("#response-form .send button").click()
    author.wait_for_url("**/receipts/**")
    desk = signed_in(browser, "polls/opinion/", "moderator", passwords["moderator"])
    queue = shot(desk, height=1000)
    desk.goto(f"{SITE}/admin/polls/opinion/?q=redaction@example.org")
    entry = desk.locator(".entry").first
    entry.locator("summary", has_text="Refuser").click()
    entry.locator("textarea[name=reason]").fill("Une adresse y figure. Sans elle, nous relirons.")
    entry.get_by_role("button", name="Pas de donnée personnelle").click()
    desk.wait_for_load_state()
    author.reload()
    author.locator("details.contest summary").click()
    reasons = shot(author, top=place(author, ".fate") - 60)
    wide = opened(browser, f"{ARTICLE}rules/", 360)
    quarter = (date.today().month - 1) // 3 + 1
    running = f"?period={date.today().year}-q{quarter}"
    desk.goto(f"{SITE}/admin/polls/moderationevent/transparency/{running}")
    report = shot(desk, height=1400)
    return {"queue": queue, "reasons": reasons, "rules": shot(wide), "transparency": report}


def published(browser: Browser, passwords: dict[str, str]) -> list[bytes]:
    """The dashboard, a release made with it, what it crosses, and the picture for networks."""
    page = signed_in(browser, "polls/survey/1/release/", "editor", passwords["editor"])
    page.fill("#id_title", "Stargate : ce que nos lecteurs ont répondu")
    page.fill("#id_commentary", "Chiffres d’une démonstration, avec des lecteurs simulés.")
    page.locator('#id_pairs input[value="age|credible"]').check()
    page.check("#id_trends")
    page.locator('input[type="submit"].default').click()
    page.wait_for_url("**/dashboard/")
    dashboard = shot(page, height=1400)
    release = opened(browser, f"{ARTICLE}releases/1/", 760)
    crossed = shot(release, top=place(release, "figure.cross") - 40)
    card = opened(browser, f"{ARTICLE}results/picture.png", 1200)
    return [dashboard, shot(release), crossed, shot(card, height=630)]


def exported(browser: Browser, passwords: dict[str, str]) -> bytes:
    """What an editor may export, with a workbook and a data package that are ready."""
    page = signed_in(browser, "polls/survey/1/export/", "editor", passwords["editor"])
    for wanted in ("xlsx", "package"):
        page.check(f'[name="file_format"][value="{wanted}"]')
        page.locator('.order input[type="submit"]').click()
        page.locator(".prepared li").first.wait_for()
    page.goto(f"{SITE}/admin/polls/survey/1/export/")
    return shot(page, height=1060)


def side_by_side(browser: Browser, pieces: Sequence[bytes], name: str) -> None:
    """One picture of several, put together by the browser itself."""
    shown = "".join(
        f'<img src="data:image/png;base64,{base64.b64encode(piece).decode()}">' for piece in pieces
    )
    style = "body{margin:0;display:inline-flex;gap:16px;background:#8a857b;padding:16px}"
    page = browser.new_page()
    page.set_content(f"<style>{style}</style>{shown}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.locator("body").screenshot(path=FOLDER / name)


def main() -> None:
    path = find_chromium()
    if path is None:
        sys.exit("Chromium is needed to make the pictures.")
    arguments = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with served() as passwords, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        side_by_side(browser, readers_way(browser), "reader.png")
        side_by_side(browser, newsroom(browser, passwords), "newsroom.png")
        (FOLDER / "composer.png").write_bytes(composed(browser, passwords))
        seen = moderated(browser, passwords)
        side_by_side(browser, [seen["reasons"], seen["rules"]], "reasons.png")
        for name in ("queue", "transparency"):
            (FOLDER / f"{name}.png").write_bytes(seen[name])
        (FOLDER / "exports.png").write_bytes(exported(browser, passwords))
        *pages, card = published(browser, passwords)
        side_by_side(browser, pages, "results.png")
        (FOLDER / "card.png").write_bytes(card)
        browser.close()


if __name__ == "__main__":
    main()
