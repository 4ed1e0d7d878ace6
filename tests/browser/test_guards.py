"""The trap and the time stamp in a browser: nobody meets the one, and the other comes along."""

from collections.abc import Callable, Iterator
from time import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from polls.answering import guards
from polls.embeds.snippets import snippets
from polls.lib.caching import forget
from polls.models import Response, Survey
from tests.browser.conftest import FRENCH
from tests.browser.forms import fill_in, send
from tests.browser.host import Host, serving

Open = Callable[..., Page]
ARTICLE = f"/articles/{FRENCH}/"
STAMP = f"/articles/{FRENCH}/stamp/"


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright fills in faster than any person: stamps are made a minute ago."""

    def early(slug: str) -> str:
        moment = f"{int((time() - 60) * 1000):x}"
        return f"{moment}-{guards._signature(slug, moment)}"

    monkeypatch.setattr(guards, "stamp", early)


def watched(page: Page) -> list[str]:
    """The addresses that the page asks for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def stamps(asked: list[str]) -> int:
    return sum(url.endswith(STAMP) for url in asked)


def test_nobody_sees_the_trap_nor_comes_to_it_by_keyboard_or_screen_reader(
    site: str, open_page: Open
) -> None:
    page = open_page(ARTICLE)
    expect(page.locator("[name=website2]")).to_have_count(1)
    expect(page.locator("[name=website2]")).to_be_hidden()
    expect(page.get_by_label("Leave this field empty")).to_be_hidden()
    assert page.get_by_role("textbox").count() == 1  # the opinion
    page.locator("#response-form input:visible").first.focus()
    met = []
    for _ in range(30):
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.name ?? ''"))
    assert "consent_counting" in met
    assert "website2" not in met
    page.keyboard.press("Shift+Tab")
    assert Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).violations_count == 0


def test_the_stamp_is_asked_for_once_when_a_reader_begins(
    french: Survey, open_page: Open, older: None
) -> None:
    page = open_page("/")
    asked = watched(page)
    page.goto(page.url.rstrip("/") + ARTICLE)
    page.wait_for_load_state("networkidle")
    assert stamps(asked) == 0
    with page.expect_response(lambda answer: answer.url.endswith(STAMP)):
        fill_in(page)
    expect(page.locator("[name=stamp]")).not_to_have_value("")
    send(page)
    assert stamps(asked) == 1
    stored = Response.objects.get()
    assert stored.suspicion == ""
    assert stored.seconds is not None
    assert stored.seconds >= 60  # the stamp's age, not the browser's few


def test_who_is_done_in_a_second_is_suspected_and_taken(french: Survey, open_page: Open) -> None:
    page = open_page(ARTICLE)
    with page.expect_response(lambda answer: answer.url.endswith(STAMP)):
        fill_in(page)
    expect(page.locator("[name=stamp]")).not_to_have_value("")
    send(page)
    expect(page.locator(".code").first).to_be_visible()
    assert Response.objects.get().suspicion == " stamp "


def test_without_a_network_for_the_stamp_the_answer_is_taken(
    french: Survey, open_page: Open
) -> None:
    page = open_page(ARTICLE)
    page.route(f"**{STAMP}", lambda route: route.fulfill(status=404, body="away"))
    fill_in(page)
    send(page)
    expect(page.locator(".code").first).to_be_visible()
    assert Response.objects.get().suspicion == ""


def test_without_script_nothing_is_asked_for_and_the_answer_is_taken(
    french: Survey, open_page: Open
) -> None:
    page = open_page(ARTICLE, java_script_enabled=False)
    asked = watched(page)
    fill_in(page)
    send(page)
    assert stamps(asked) == 0
    assert Response.objects.get().suspicion == ""


def test_a_page_that_comes_back_with_mistakes_asks_for_no_second_stamp(
    french: Survey, open_page: Open, older: None
) -> None:
    page = open_page(ARTICLE)
    asked = watched(page)
    with page.expect_response(lambda answer: answer.url.endswith(STAMP)):
        fill_in(page)
    expect(page.locator("[name=stamp]")).not_to_have_value("")
    page.uncheck("#id_consent_counting")
    send(page)
    page.check("#id_consent_counting")
    send(page)
    assert stamps(asked) == 1
    assert Response.objects.get().suspicion == ""


@pytest.fixture
def journal(site: str) -> Iterator[Host]:
    with serving() as host:
        Survey.objects.update(embed_origins=host.origin)
        forget()
        host.body = snippets(Survey.objects.get(article__slug=FRENCH), site)[0][1]
        yield host


def test_in_a_frame_on_another_site_it_is_the_same(
    french: Survey, journal: Host, open_page: Open, older: None
) -> None:
    page = open_page("/")
    page.goto(journal.origin)
    frame = page.locator("iframe").element_handle().content_frame()
    assert frame
    frame.wait_for_selector("main")
    expect(frame.locator("[name=website2]")).to_be_hidden()
    with page.expect_response(lambda answer: answer.url.endswith(STAMP)):
        fill_in(frame)
    expect(frame.locator("[name=stamp]")).not_to_have_value("")
    with frame.expect_navigation():
        frame.locator("#response-form button").click()
    stored = Response.objects.get()
    assert (stored.channel, stored.suspicion) == ("embed", "")
