"""What is looked at on every page, as functions that give the complaints."""

import json
from collections.abc import Iterator
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (320, 360, 768, 1280, 1920)  # 320 is also 1280 pixels at 400 %
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],  # what passed isn't asked for, and is long
}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "rules": {},
}

AT_REST = "() => Promise.all(document.getAnimations().map((each) => each.finished))"

STRUCTURE = """(newsroom) => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const told = [];
  const tell = (sentence, elements) => {
    if (elements.length) {
      told.push(`${sentence}: ${elements.slice(0, 3).map((e) => e.outerHTML.slice(0, 120))}`);
    }
  };
  for (const place of ["h1", "main", "header", "footer"]) {
    const found = all(place).filter((e) => place === "h1" || place === "main"
      || e.parentElement.closest("article, main, section, figure") === null);
    if (found.length !== 1) told.push(`${found.length} × <${place}>`);
  }
  if (!newsroom && !all("nav").length) told.push("no <nav>");

  let level = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const next = Number(heading.tagName[1]);
    if (level && next > level + 1) told.push(`<h${level}> then <h${next}>: ${heading.innerText}`);
    level = next;
  }

  const ids = all("[id]").map((e) => e.id);
  tell("the same id", all("[id]").filter((e) => ids.filter((id) => id === e.id).length > 1));
  // Widgets of Django's admin, whose label or help points at a part that isn't there.
  const djangos = newsroom ? ["id_rules", "id_groups", "id_password_helptext"] : [];
  const missing = (id) => id && !djangos.includes(id) && !document.getElementById(id);
  tell("for= of nothing", all("label[for]").filter((e) => missing(e.htmlFor)));
  for (const name of ["labelledby", "describedby", "controls", "owns", "details"]) {
    tell(`aria-${name} of nothing`, all(`[aria-${name}]`).filter((e) =>
      e.getAttribute(`aria-${name}`).split(/\\s+/).some(missing)));
  }
  tell("a link to nothing", all('a[href^="#"]').filter((e) =>
    missing(decodeURIComponent(e.getAttribute("href").slice(1)))));

  const groups = all('input[type="radio"], input[type="checkbox"]').filter((e) => !newsroom
    && e.name && all(`[name="${e.name}"]`).length > 1);
  tell("a choice without fieldset and legend", groups.filter((e) =>
    !e.closest("fieldset")?.querySelector("legend")?.textContent.trim()));
  return told;
}"""

# What the standard says and a browser forgives; `make audit` has the whole of it.
MARKUP = r"""() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const told = [];
  const tell = (sentence, elements) => {
    if (elements.length) {
      told.push(`${sentence}: ${elements.slice(0, 3).map((e) => e.outerHTML.slice(0, 120))}`);
    }
  };
  tell("a figcaption that is neither first nor last", all("figcaption").filter((e) =>
    e.previousElementSibling && e.nextElementSibling));
  const moment = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;
  tell("a moment that isn't one", all("time").filter((e) => !moment.test(e.dateTime)));
  return told;
}"""


def overflow(page: Page) -> Iterator[str]:
    """The widths at which the page itself scrolls sideways. (A list may, within its own box.)"""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if beyond := page.evaluate(BEYOND):
            yield f"{beyond} px too wide at {width} px"


def structure(page: Page, *, newsroom: bool = False) -> list[str]:
    """Landmarks, headings, references, groups: what a screen reader goes by."""
    found: list[str] = page.evaluate(STRUCTURE, newsroom)
    return found


def markup(page: Page) -> list[str]:
    found: list[str] = page.evaluate(MARKUP)
    return found


def accessibility(page: Page) -> list[str]:
    """What axe finds in the light and in the dark, each rule with the elements that break it.

    A theme changes colours and nothing else: of the second one only they are looked at.
    """
    found = []
    schemes: tuple[tuple[Literal["light", "dark"], dict[str, Any]], ...] = (
        ("light", OPTIONS),
        ("dark", OPTIONS | COLOURS),
    )
    for scheme, rules in schemes:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(AT_REST)  # the admin's colours change slowly
        found += [f"{scheme}: {broken}" for broken in _broken(page, rules)]
    return found


def _broken(page: Page, options: dict[str, Any]) -> list[str]:
    results = Axe().run(page, options=options)
    return [
        f"{violation['id']}: {json.dumps([node['html'][:150] for node in violation['nodes'][:4]])}"
        for violation in results.response["violations"]
    ]
