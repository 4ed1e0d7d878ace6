"""A real Chromium against a real server: the judge of a page."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page

from polls.models import Survey
from tools.find_chromium import find_chromium

# Playwright keeps an event loop in this thread; the ORM of the tests isn't called from it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FRENCH, ENGLISH = "stargate-musk", "stargate-musk-en"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium was found")
    quiet = ["background-networking", "component-update", "sync"]
    arguments = ["--disable-gpu", *(f"--disable-{name}" for name in quiet)]
    if os.geteuid() == 0:  # Chromium's sandbox refuses to run as root
        arguments.append("--no-sandbox")
    return {"executable_path": path, "args": arguments}


@pytest.fixture
def site(live_server: Any, committed: None, settings: Any) -> str:
    """A server with the sample article in both languages; its address."""
    settings.PUBLIC_ORIGINS = [live_server.url]
    call_command("load_sample", "--profile", verbosity=0)
    call_command("load_sample", "--profile", "--language", "en", verbosity=0)
    return str(live_server.url)


@pytest.fixture
def french(site: str) -> Survey:
    return Survey.objects.get(article__slug=FRENCH)


def is_meant(complaint: str, faulty: bool) -> bool:
    """Whether a console's complaint is of what a test does on purpose."""
    of_faults = ("Failed to load resource", "connect-src")
    return "status of 4" in complaint or (faulty and any(map(complaint.__contains__, of_faults)))


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open an address in a fresh browser; what its console complains of fails the test.

    `faulty`: the network and the server fail on purpose, and what the console says of that doesn't.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(path: str, *, width: int = 1280, faulty: bool = False, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type in ("error", "warning") and not is_meant(message.text, faulty)
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
