"""One site with every state for all tests here, and pages of it as a reader or a colleague sees."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tools.pages.listing import Stop, Visit, all_stops
from tools.pages.serving import Site, served

Open = Callable[..., Visit]
STOPS = list(all_stops())


def named(name: str) -> Stop:
    return next(stop for stop in STOPS if stop.name == name)


@pytest.fixture(scope="session")
def everywhere() -> Iterator[Site]:
    with served() as site:
        yield site


@pytest.fixture(scope="session")
def desks(browser: Browser) -> Iterator[dict[str, BrowserContext]]:
    """The newsroom's browsers by what they are opened with: its many files are loaded once."""
    contexts: dict[str, BrowserContext] = {}
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture
def visit(browser: Browser, everywhere: Site, desks: dict[str, BrowserContext]) -> Iterator[Open]:
    """Open a page of the list, 1280 pixels wide unless said otherwise; a reader's is fresh."""
    opened: list[BrowserContext | Page] = []

    def open_it(
        stop: Stop | str, language: str = "fr", *, width: int = 1280, **options: Any
    ) -> Visit:
        chosen = named(stop) if isinstance(stop, str) else stop
        known = f"{chosen.role} {language} {options}"
        context = desks.get(known) if chosen.role else None
        if context is None:
            context = browser.new_context(locale=language, **options)
            if chosen.role:
                desks[known] = context
            else:
                opened.append(context)
        visit = chosen.opened(context, everywhere, language, width=width)
        opened.append(visit.page)
        return visit

    yield open_it
    for one in opened:
        one.close()
