"""A draft is kept on the device, brought back, and wiped: when it is sent, discarded, or old."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from polls.embeds.snippets import snippets
from polls.lib.caching import forget
from polls.models import Response, Survey
from tests.browser.conftest import ENGLISH, FRENCH
from tests.browser.forms import choose, fill_in, send
from tests.browser.host import serving

Open = Callable[..., Page]
ARTICLE = f"/articles/{FRENCH}/"
PLACE = f"draft:{FRENCH}-1"
CLOSED = "() => { try { return !localStorage; } catch { return true; } }"
TEXT = "À moitié.\n\n« Ligne » 🎈 مرحبا"


def kept(page: Page, place: str = PLACE) -> Any:
    """What the device keeps at a place; None where it keeps nothing."""
    return json.loads(page.evaluate("place => localStorage.getItem(place)", place) or "null")


def begun(page: Page) -> None:
    """Begin an answer, and wait until it is kept."""
    page.locator("#statement-2 summary").first.click()
    choose(page, "s2-relevant", "5")
    fill_in(page, TEXT)
    expect(page.locator("#keeping")).to_be_visible()


def test_what_was_entered_comes_back_with_its_statements_open(site: str, open_page: Open) -> None:
    page = open_page(ARTICLE)
    begun(page)
    page.reload()
    expect(page.locator("#draft")).to_be_visible()
    expect(page.locator("textarea")).to_have_value(TEXT)
    for name, value in (("credible", "2"), ("relevant", "4"), ("s2-relevant", "5")):
        expect(page.locator(f'[name="item-{name}"][value="{value}"]')).to_be_checked()
    expect(page.locator("#id_consent_counting")).to_be_checked()
    expect(page.locator("#statement-2 details.control")).to_have_attribute("open", "")
    expect(page.locator("#statement-1 details.control")).not_to_have_attribute("open", "")
    expect(page.locator(".counter")).to_contain_text("28 /")
    expect(page.locator(".counter + [aria-live=polite]")).to_have_text("")
    assert page.evaluate("document.activeElement === document.body")


def test_who_has_answered_is_told_before_filling_everything_in_again(
    site: str, open_page: Open
) -> None:
    page = open_page(ARTICLE)
    expect(page.locator("#answered")).to_be_hidden()
    begun(page)
    send(page)
    expect(page.locator(".ticket")).to_be_visible()
    page.goto(f"{site}{ARTICLE}")
    expect(page.locator("#answered")).to_contain_text("Cet appareil a répondu le")
    page.locator("#answered a").click()
    page.locator("summary", has_text="Retirer").click()
    page.locator("button.danger").click()
    expect(page.locator("h1")).to_have_text("Votre réponse est retirée")
    page.goto(f"{site}{ARTICLE}")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#answered")).to_be_hidden()


def test_the_counter_is_right_for_a_text_that_the_browser_brings_back(
    site: str, open_page: Open
) -> None:
    page = open_page(ARTICLE)
    begun(page)
    send(page)
    expect(page.locator(".ticket")).to_be_visible()
    page.go_back()
    length = len(page.locator("textarea").input_value())
    expect(page.locator(".counter")).to_contain_text(f"{length} /")


def test_nothing_is_kept_before_a_reader_enters_something(site: str, open_page: Open) -> None:
    page = open_page(ARTICLE)
    page.locator("#statement-1 summary").first.click()
    page.locator("textarea").focus()
    page.wait_for_load_state("networkidle")
    assert kept(page) is None
    expect(page.locator("#keeping")).to_be_hidden()
    page.keyboard.type("a")
    assert kept(page)["values"] == [["item-opinion", "a"]]
    page.keyboard.press("Backspace")
    assert kept(page) is None


def test_neither_hidden_fields_nor_the_trap_are_kept(site: str, open_page: Open) -> None:
    page = open_page(ARTICLE)
    begun(page)
    names = {name for name, _value in kept(page)["values"]}
    assert names == {
        "item-credible", "item-relevant", "item-s2-relevant", "item-opinion",
        "consent_counting", "consent_publication",
    }  # fmt: skip


def test_a_draft_is_discarded_and_the_form_with_it(site: str, open_page: Open) -> None:
    page = open_page(ARTICLE)
    begun(page)
    page.reload()
    page.locator("#draft button").click()
    assert kept(page) is None
    expect(page.locator("textarea")).to_have_value("")
    expect(page.locator("#response-form :checked, [form=response-form]:checked")).to_have_count(0)
    expect(page.locator("details.control[open]")).to_have_count(0)
    expect(page.locator("#draft")).to_be_focused()
    told = page.locator("#draft").get_attribute("data-discarded") or ""
    expect(page.locator("#draft")).to_have_text(told)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.form.id") == "response-form"
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#draft")).to_be_hidden()


def test_a_reader_who_leaves_a_shared_device_discards_it_at_once(
    site: str, open_page: Open
) -> None:
    page = open_page(ARTICLE)
    begun(page)
    page.locator("#keeping button").click()
    assert kept(page) is None
    expect(page.locator("textarea")).to_have_value("")
    expect(page.locator("#draft")).to_be_focused()
    expect(page.locator("#keeping")).to_be_hidden()


def test_the_receipt_wipes_it(french: Survey, open_page: Open, site: str) -> None:
    page = open_page(ARTICLE)
    begun(page)
    page.reload()
    expect(page.locator("#draft")).to_be_visible()
    send(page)
    expect(page.locator(".ticket")).to_be_visible()
    page.wait_for_load_state()  # the script that forgets has run by then
    assert kept(page) is None
    assert Response.objects.get().opinion.text == TEXT
    page.goto(site + ARTICLE)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#draft")).to_be_hidden()
    expect(page.locator("textarea")).to_have_value("")


def test_a_page_with_mistakes_keeps_its_own_newer_values(site: str, open_page: Open) -> None:
    page = open_page(ARTICLE)
    begun(page)
    page.uncheck("#id_consent_counting")
    older = kept(page) | {"values": [["item-opinion", "Ancien."]]}
    page.evaluate("([place, old]) => localStorage.setItem(place, old)", [PLACE, json.dumps(older)])
    send(page)
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#keeping")).to_be_visible()
    expect(page.locator("textarea")).to_have_value(TEXT)
    expect(page.locator("#draft")).to_be_hidden()
    assert ["item-opinion", TEXT] in kept(page)["values"]


@pytest.mark.parametrize(
    "found",
    [
        '{"at": AGO, "values": [["item-opinion", "Vieux."]]}',
        '{"at": NOW, "values": "abc"}',
        '{"at": "demain"}',
        "{",
        "null",
    ],
)
def test_an_old_or_damaged_draft_is_forgotten(site: str, open_page: Open, found: str) -> None:
    page = open_page("/")
    now = page.evaluate("Date.now()")
    found = found.replace("AGO", str(now - 31 * 86_400_000)).replace("NOW", str(now))
    page.evaluate("([place, old]) => localStorage.setItem(place, old)", [PLACE, found])
    page.goto(site + f"/articles/{ENGLISH}/")  # of another survey: it is looked at all the same
    page.wait_for_load_state("networkidle")
    assert page.evaluate("place => localStorage.getItem(place)", PLACE) is None


def test_a_closed_consultation_wipes_it(french: Survey, open_page: Open, site: str) -> None:
    page = open_page(ARTICLE)
    begun(page)
    Survey.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    forget()
    page.goto(site + ARTICLE + "?")  # which the browser has not kept
    expect(page.locator("[data-closed]")).to_be_visible()
    page.wait_for_load_state()
    assert kept(page) is None


def test_of_two_tabs_the_last_one_counts(site: str, open_page: Open) -> None:
    first = open_page(ARTICLE)
    second = first.context.new_page()
    second.goto(site + ARTICLE)
    first.fill("textarea", "Le premier.")
    expect(first.locator("#keeping")).to_be_visible()
    second.fill("textarea", "Le second.")
    expect(second.locator("#keeping")).to_be_visible()
    assert ["item-opinion", "Le second."] in kept(first)["values"]
    second.locator("#keeping button").click()
    expect(first.locator("#keeping")).to_be_hidden()
    expect(first.locator("textarea")).to_have_value("Le premier.")


@pytest.mark.parametrize("where", ["get() { throw new DOMException('no'); }",
                                   "value: {getItem: () => null, setItem() { throw new DOMException"
                                   "('full'); }, removeItem() {}}"])  # fmt: skip
def test_a_device_that_keeps_nothing_takes_an_answer_all_the_same(
    french: Survey, open_page: Open, site: str, where: str
) -> None:
    page = open_page("/")
    page.add_init_script(f"Object.defineProperty(window, 'localStorage', {{{where}}})")
    page.goto(site + ARTICLE)
    fill_in(page, TEXT)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#keeping")).to_be_hidden()
    send(page)
    expect(page.locator(".ticket")).to_be_visible()
    assert Response.objects.count() == 1


def test_what_was_entered_before_the_draft_came_back_is_kept(site: str, open_page: Open) -> None:
    page = open_page(ARTICLE)
    begun(page)

    def slowly(route: Route) -> None:
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/draft.js", slowly)
    page.reload()
    choose(page, "credible", "5")
    expect(page.locator("#draft")).to_be_visible()
    expect(page.locator('[name="item-credible"][value="5"]')).to_be_checked()
    expect(page.locator('[name="item-relevant"][value="4"]')).to_be_checked()
    expect(page.locator("textarea")).to_have_value(TEXT)


def test_in_a_frame_whose_storage_is_closed_the_form_is_as_it_was(
    french: Survey, open_page: Open, site: str
) -> None:
    """(Chromium closes it to third parties in the contexts of these tests.)"""
    page = open_page("/")
    with serving() as host:
        Survey.objects.update(embed_origins=host.origin)
        forget()
        host.body = snippets(french, site)[0][1]
        page.goto(host.origin)
        frame = page.frame_locator("iframe")
        frame.locator("textarea").fill(TEXT)
        page.wait_for_load_state("networkidle")
        expect(frame.locator("#keeping")).to_be_hidden()
        assert frame.locator("body").evaluate(CLOSED)


def test_in_a_frame_that_may_store_it_is_kept_too_until_the_receipt(
    french: Survey, open_page: Open, site: str
) -> None:
    Survey.objects.update(embed_origins=site)
    forget()
    page = open_page("/")
    frame_of_ours = f'<!doctype html><iframe src="/embed/{FRENCH}/" height="4000"></iframe>'
    page.route(
        f"{site}/host/",
        lambda route: route.fulfill(body=frame_of_ours, content_type="text/html"),
    )
    page.goto(f"{site}/host/")
    frame = page.frame_locator("iframe")
    frame.locator("textarea").fill(TEXT)
    expect(frame.locator("#keeping")).to_be_visible()
    page.reload()
    expect(frame.locator("#draft")).to_be_visible()
    expect(frame.locator("textarea")).to_have_value(TEXT)
    for name, value in (("credible", "2"), ("relevant", "4")):
        frame.locator(f'label:has([name="item-{name}"][value="{value}"])').click()
    frame.locator("#id_consent_counting").check()
    frame.locator("#response-form button").click()
    expect(frame.locator(".ticket")).to_be_visible()
    page.frames[-1].wait_for_load_state()
    assert kept(page) is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_beside_a_draft(site: str, open_page: Open, scheme: str) -> None:
    page = open_page(ARTICLE, color_scheme=scheme, width=360)
    begun(page)
    page.reload()
    expect(page.locator("#draft")).to_be_visible()
    brought_back = Axe().run(page)
    page.locator("#draft button").click()
    discarded = Axe().run(page)
    assert brought_back.violations_count == 0, brought_back.generate_report()
    assert discarded.violations_count == 0, discarded.generate_report()
