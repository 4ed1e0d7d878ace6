"""The whole loop without a script, on a phone: what the scripts help with is there without them."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from polls.models import Opinion, Release, Response, Survey
from polls.results import tallies
from tests.browser.conftest import FRENCH
from tests.browser.forms import choose, fill_in, send, sign_in
from tests.factories import make_staff

Open = Callable[..., Page]
TEXT = "Je voudrais des preuves.\n\n« Pas des messages. » 🎈"


def answered_after_mistakes(page: Page) -> str:
    """Answer, with mistakes at first, and note the code."""
    page.locator("#statement-2 summary").first.click()
    choose(page, "s2-relevant", "5")
    page.fill("textarea", TEXT)
    send(page)
    expect(page.locator("#errors li")).to_have_count(3)
    expect(page.locator("textarea")).to_have_value(TEXT)
    expect(page.locator('input[name="item-s2-relevant"][value="5"]')).to_be_checked()
    expect(page.locator("#errors")).to_be_focused()
    page.locator("#errors a").first.click()
    expect(page.locator("#id_item-credible_0")).to_be_focused()
    fill_in(page)
    page.check("#id_consent_publication")
    send(page)
    return page.locator(".ticket .code").inner_text()


def changed_by_code(page: Page, code: str) -> None:
    """Close the receipt, open it again by its code, and change the answer."""
    page.get_by_role("button", name="Fermer le reçu").click()
    page.fill("#code", code.lower())
    page.get_by_role("button", name="Ouvrir").click()
    page.get_by_role("link", name="Modifier ma réponse").click()
    choose(page, "credible", "none")
    send(page)
    assert Response.objects.get().answers == {
        "credible": "none", "relevant": "4", "s2-relevant": "5",
    }  # fmt: skip
    expect(page.locator(".fate.pending")).to_be_visible()


def published(open_page: Open, survey: Survey, **options: Any) -> None:
    """A member of staff publishes the text, looks at the figures and releases them."""
    make_staff("administrator", name="ad")
    desk = open_page("/admin/polls/opinion/", **options)
    sign_in(desk, "ad")
    expect(desk.locator(".entry")).to_contain_text("Pas des messages.")
    desk.locator(".entry").get_by_role("button", name="Publier").click()
    expect(desk.locator(".entry")).to_have_count(0)
    assert Opinion.objects.get().status == "published"
    desk.goto(desk.url.split("/opinion")[0] + f"/survey/{survey.pk}/dashboard/")
    expect(desk.locator("#item-relevant")).to_be_visible()
    desk.locator(f'a[href="/admin/polls/survey/{survey.pk}/release/"]').click()
    desk.fill("[name=title]", "Premiers chiffres")
    desk.locator('.submit-row input:not([name="_preview"])').click()
    assert Release.objects.get().title == "Premiers chiffres"


def test_the_whole_loop_goes_without_a_script(french: Survey, open_page: Open, site: str) -> None:
    plain = {"java_script_enabled": False, "locale": "fr"}
    reader = open_page(f"/articles/{FRENCH}/", width=360, **plain)
    expect(reader.locator("#draft")).to_be_hidden()
    expect(reader.locator("#keeping")).to_be_hidden()
    changed_by_code(reader, answered_after_mistakes(reader))
    published(open_page, french, **plain)

    reader.reload()
    expect(reader.locator(".fate.published")).to_be_visible()
    receipt = reader.url
    reader.get_by_role("link", name="Voir les résultats").click()
    expect(reader.locator(".opinion")).to_contain_text("Pas des messages.")
    expect(reader.locator("#live")).to_be_hidden()
    reader.goto(f"{site}/articles/{FRENCH}/releases/1/")
    expect(reader.locator("h1")).to_be_visible()
    expect(reader.locator("body")).to_contain_text("Premiers chiffres")

    reader.goto(receipt)
    reader.locator("summary", has_text="Retirer").click()
    reader.locator("button.danger").click()
    expect(reader.locator("h1")).to_contain_text("retirée")
    assert not Response.objects.standing().exists()
    assert tallies.differences(french.pk) == {}
