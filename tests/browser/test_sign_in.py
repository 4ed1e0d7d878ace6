"""A member of staff comes in for the first time, and comes back without the telephone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.authenticator import code_for, wrong_code
from tests.browser.forms import sign_in
from tests.factories import make_staff

Open = Callable[..., Page]
axe = Axe()


def type_code(page: Page, code: str) -> None:
    page.fill("#id_code", code)
    page.locator("main .act button").first.click()
    page.wait_for_load_state()


def sign_out(page: Page) -> None:
    page.locator("#logout-form button").click()
    page.wait_for_load_state()


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("fr", 320, "dark"), ("en", 1280, "light")]
)
def test_from_the_first_sign_in_to_a_recovery_code(
    site: str, open_page: Open, settings: Any, language: str, width: int, scheme: str
) -> None:
    settings.SECOND_FACTOR = True
    make_staff("moderator", name="mo")
    # axe looks at styles in ways that a strict policy forbids on its behalf.
    options = {"width": width, "locale": language, "color_scheme": scheme, "bypass_csp": True}
    page = open_page("/admin/polls/opinion/", **options)
    looked_at(page)
    sign_in(page, "mo")
    page.locator("summary").click()
    secret = page.locator(".secret").inner_text()
    looked_at(page)
    type_code(page, wrong_code(secret))
    expect(page.locator("#code-mistake")).to_be_visible()
    type_code(page, code_for(secret))
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    looked_at(page)
    page.locator(".go").click()
    expect(page).to_have_url(re.compile("/admin/polls/opinion/$"))

    sign_out(page)
    page.goto(f"{site}/admin/account/")
    sign_in(page, "mo")
    expect(page.locator("#id_code")).to_be_focused()
    looked_at(page)
    type_code(page, wrong_code(secret))
    expect(page.locator("#code-mistake")).to_be_visible()
    expect(page.locator("#id_code")).to_have_attribute("aria-invalid", "true")
    type_code(page, codes[0].lower())
    expect(page.locator("#sign-ins")).to_be_visible()
    expect(page.locator(".alarm")).to_contain_text("1")
    expect(page.locator("main .scrolls tbody tr")).to_have_count(2)
    looked_at(page)


def test_five_failures_and_the_right_password_opens_nothing(site: str, open_page: Open) -> None:
    make_staff("moderator", name="mo")
    page = open_page("/admin/", locale="en", java_script_enabled=False)
    for _ in range(5):
        page.fill("#id_username", "mo")
        page.fill("#id_password", "wrong")
        page.locator('[type="submit"]').click()
    sign_in(page, "mo")
    expect(page.locator("#sign-in-mistake")).to_be_visible()
    expect(page.locator("#login-form")).to_be_visible()


def looked_at(page: Page) -> None:
    """Nothing is wider than the window, and axe finds nothing."""
    beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(beyond) <= 0
    found = axe.run(page, context="main")
    assert found.violations_count == 0, found.generate_report()
