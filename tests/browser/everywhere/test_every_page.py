"""Every page of the list: it fits, it is built as a screen reader needs it, axe finds nothing."""

from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.browser.everywhere import checks
from tests.browser.everywhere.conftest import STOPS, Open
from tools.pages.listing import ALIKE, NEWSROOM, NOT_PAGES, Stop

Complaints = dict[str, list[str]]
by_name = pytest.mark.parametrize("stop", STOPS, ids=lambda stop: f"{stop.role} {stop.name}")


def views(patterns: list[Any]) -> set[str]:
    """The names of all addresses."""
    names: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            names |= views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            names.add(pattern.name)
    return names


def test_no_page_is_forgotten() -> None:
    known = views(get_resolver().url_patterns)
    looked_at = {stop.view for stop in STOPS} - {""}
    alike = {name for name in known if name.endswith(ALIKE)}
    # Nobody adds a row by hand where only the program does.
    unused = {name for name in known if name.endswith("_add")} - looked_at
    assert known - looked_at - NOT_PAGES - alike - unused == set(), "add it to tools/pages/listing"
    assert (looked_at | NOT_PAGES) - known <= {"livez", "readyz"}


def complaints(found: Complaints) -> Complaints:
    return {name: told for name, told in found.items() if told}


@by_name
def test_a_page_in_french_fits_is_well_built_and_accessible(visit: Open, stop: Stop) -> None:
    # axe looks at styles in ways that a strict policy forbids on its behalf.
    seen = visit(stop, "fr", bypass_csp=True)
    page, newsroom = seen.page, stop in NEWSROOM
    assert page.locator("html").get_attribute("lang") == "fr"
    found = {
        "structure": checks.structure(page, newsroom=newsroom),
        "markup": checks.markup(page),
        "axe": checks.accessibility(page),
        "width": list(checks.overflow(page)),
    }
    assert complaints(found) == {}


@by_name
def test_a_page_in_english_is_accessible(visit: Open, stop: Stop) -> None:
    seen = visit(stop, "en", bypass_csp=True)
    assert checks.accessibility(seen.page) == []
