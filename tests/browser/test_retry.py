"""An answer that doesn't get through is sent again, and is one answer at the end."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from polls.answering import services
from polls.lib.persistence import Unavailable
from polls.models import Response, Survey
from polls.results import tallies
from tests.browser.conftest import ENGLISH, FRENCH
from tests.browser.forms import choose, fill_in, send

Open = Callable[..., Page]
ARTICLE = f"/articles/{FRENCH}/"
SENT = "**/responses/"
TEXT = "Une seule fois."


def filled(open_page: Open, path: str = ARTICLE, **options: object) -> Page:
    """A page with a whole answer, ready to be sent by the script."""
    page = open_page(path, faulty=True, **options)
    with page.expect_response("**/sending.js"):
        fill_in(page, TEXT)
    page.wait_for_load_state("networkidle")
    return page


def press(page: Page) -> None:
    page.locator("#response-form button").click()


def once(page: Page, fault: Callable[[Route], object], address: str = SENT) -> None:
    """Meet a fault the first time that something is sent."""
    page.route(address, fault, times=1)


def assert_one_answer(page: Page, survey: Survey) -> None:
    """The receipt is shown, and the answer is counted once."""
    expect(page.locator(".ticket")).to_be_visible()
    page.wait_for_load_state()  # the script that forgets has run by then
    stored = Response.objects.get()
    assert stored.opinion.text == TEXT
    assert tallies.respondents(survey.pk) == 1
    assert page.evaluate("Object.keys(localStorage)") == [f"answered:{FRENCH}-1"]


def test_a_connection_that_drops_while_sending(french: Survey, open_page: Open) -> None:
    page = filled(open_page)
    once(page, lambda route: route.abort())
    press(page)
    status = page.locator("#sending")
    expect(status).not_to_have_text("")
    expect(page.locator("#response-form button")).to_have_text(
        status.get_attribute("data-again") or ""
    )
    expect(page.locator("#response-form button")).to_be_focused()
    assert_one_answer(page, french)


def test_sending_at_once_instead_of_waiting(french: Survey, open_page: Open) -> None:
    page = filled(open_page)
    page.clock.install()  # the next try by itself would never come
    once(page, lambda route: route.abort())
    press(page)
    expect(page.locator("#sending")).not_to_have_text("")
    press(page)
    assert_one_answer(page, french)


def test_without_a_network_it_is_sent_when_there_is_one(french: Survey, open_page: Open) -> None:
    page = filled(open_page)
    page.clock.install()
    page.context.set_offline(True)
    press(page)
    expect(page.locator("#sending")).not_to_have_text("")
    assert not Response.objects.exists()
    page.context.set_offline(False)
    assert_one_answer(page, french)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_server_that_is_away_for_a_moment(french: Survey, open_page: Open, status: int) -> None:
    page = filled(open_page)
    once(page, lambda route: route.fulfill(status=status, body="away"))
    press(page)
    expect(page.locator("#sending")).not_to_have_text("")
    assert_one_answer(page, french)


def test_a_server_says_how_long_to_wait(french: Survey, open_page: Open) -> None:
    page = filled(open_page, f"/articles/{ENGLISH}/")
    headers = {"Retry-After": "7"}
    once(page, lambda route: route.fulfill(status=503, body="away", headers=headers))
    press(page)
    expect(page.locator("#sending")).to_contain_text(" 7 ")


def test_a_database_that_is_away(
    french: Survey, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page that keeps the text (refusals.unavailable) is there for who has no script."""
    page = filled(open_page)
    stores = services.submit
    failures = iter([True])

    def submit(**whole: object) -> object:
        if next(failures, False):
            raise Unavailable
        return stores(**whole)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "submit", submit)
    press(page)
    expect(page.locator("#sending")).not_to_have_text("")
    press(page)
    assert_one_answer(page, french)


def test_an_answer_that_was_stored_while_the_servers_word_was_lost(
    french: Survey, open_page: Open
) -> None:
    page = filled(open_page)
    stored: list[int] = []

    def lose(route: Route) -> None:
        stored.append(route.fetch(max_redirects=0).status)
        page.context.clear_cookies()  # they were in the answer that is lost
        route.abort()

    once(page, lose)
    press(page)
    assert_one_answer(page, french)
    assert stored == [303]


def test_a_receipt_that_does_not_come_after_the_answer_was_stored(
    french: Survey, open_page: Open
) -> None:
    page = filled(open_page)
    once(page, lambda route: route.abort(), "**/receipts/**")
    press(page)
    assert_one_answer(page, french)


def test_a_network_that_leads_elsewhere_is_not_taken_for_a_receipt(
    french: Survey, open_page: Open, site: str
) -> None:
    page = filled(open_page)
    login = {"Location": "http://127.0.0.1:9/login"}
    once(page, lambda route: route.fulfill(status=302, headers=login))
    press(page)
    expect(page.locator("#sending")).not_to_have_text("")
    assert_one_answer(page, french)


def test_a_network_that_leads_to_a_page_of_ours_is_not_taken_for_a_receipt_either(
    french: Survey, open_page: Open
) -> None:
    page = filled(open_page)
    once(page, lambda route: route.fulfill(status=302, headers={"Location": "/legal/"}))
    press(page)  # then in the browser's own way, which gets through
    assert_one_answer(page, french)


def test_pressing_again_and_again_sends_nothing_twice(french: Survey, open_page: Open) -> None:
    page = filled(open_page)
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.evaluate(
        """() => { const button = document.querySelector("#response-form button");
                   for (let press = 0; press < 5; press++) button.click(); }"""
    )
    assert_one_answer(page, french)
    assert len(sent) == 1


def test_mistakes_are_shown_as_without_a_script(french: Survey, open_page: Open) -> None:
    page = filled(open_page)
    key = page.locator("#id_client_key").input_value()
    page.uncheck("#id_consent_counting")
    send(page)
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("textarea")).to_have_value(TEXT)
    assert page.locator("#id_client_key").input_value() == key
    page.check("#id_consent_counting")
    send(page)
    assert_one_answer(page, french)


def test_other_answers_under_the_same_key_are_asked_about(french: Survey, open_page: Open) -> None:
    """Stored, its word lost, then changed before it was sent again: which one counts is asked."""
    page = filled(open_page)

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        page.context.clear_cookies()
        route.abort()

    page.clock.install()
    once(page, lose)
    press(page)
    expect(page.locator("#sending")).not_to_have_text("")
    choose(page, "credible", "5")
    send(page)
    page.locator("[name=replace]").click()
    assert_one_answer(page, french)
    assert Response.objects.get().answers["credible"] == "5"


def test_going_back_from_the_receipt_the_form_can_be_used_again(
    french: Survey, open_page: Open
) -> None:
    page = filled(open_page)
    send(page)
    expect(page.locator(".ticket")).to_be_visible()
    page.go_back()
    expect(page.locator("#response-form button")).not_to_have_attribute("aria-disabled", "true")
    expect(page.locator("#response-form button")).to_be_enabled()


def test_a_change_is_sent_again_too(french: Survey, open_page: Open) -> None:
    page = filled(open_page)
    send(page)
    page.locator('a[href="/receipts/change/"]').click()
    with page.expect_response("**/sending.js"):
        choose(page, "credible", "5")
    page.wait_for_load_state("networkidle")
    once(page, lambda route: route.abort(), "**/receipts/change/")
    press(page)
    expect(page.locator("#sending")).not_to_have_text("")
    page.wait_for_url("**/receipts/?changed=1")
    assert Response.objects.get().answers["credible"] == "5"


def test_a_draft_that_is_discarded_while_it_waits_is_not_sent(
    french: Survey, open_page: Open
) -> None:
    page = filled(open_page)
    page.clock.install()
    once(page, lambda route: route.abort())
    press(page)
    expect(page.locator("#sending")).not_to_have_text("")
    page.locator("#keeping button").click()
    expect(page.locator("#sending")).to_have_text("")
    page.clock.fast_forward(120_000)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#draft")).to_be_focused()
    assert not Response.objects.exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_it_waits(french: Survey, open_page: Open, scheme: str) -> None:
    page = filled(open_page, color_scheme=scheme, width=360)
    page.clock.install()
    once(page, lambda route: route.abort())
    press(page)
    expect(page.locator("#sending")).not_to_have_text("")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
