"""The whole loop, as its people go through it: answer, moderate, count, export."""

import csv
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from polls.models import Response, Survey
from polls.results import tallies
from tests.browser.conftest import FRENCH
from tests.browser.forms import choose, fill_in, send, sign_in
from tests.factories import make_staff

Open = Callable[..., Page]
TEXT = "Je voudrais des preuves.\n\n« Pas des messages. » 🎈"


def test_a_reader_answers_a_moderator_publishes_and_the_export_has_it(
    french: Survey, open_page: Open
) -> None:
    reader = open_page(f"/articles/{FRENCH}/results/", width=360)  # which the browser may keep
    reader.goto(reader.url.replace("results/", ""))
    statement = reader.locator("#statement-1")
    statement.locator("summary").first.click()
    choose(reader, "s1-credible", "1")
    fill_in(reader, TEXT)
    send(reader)
    expect(reader.locator(".ticket .code")).to_be_visible()
    expect(reader.locator(".fate")).to_contain_text("En attente")

    make_staff("moderator", name="mo")
    moderator = open_page("/admin/polls/opinion/", locale="fr")
    sign_in(moderator, "mo")
    row = moderator.locator(".entry")
    expect(row).to_contain_text("Pas des messages.")
    row.get_by_role("button", name="Publier").click()
    expect(moderator.locator(".messagelist .success")).to_be_visible()
    expect(moderator.locator(".entry")).to_have_count(0)

    reader.reload()
    expect(reader.locator(".fate")).to_contain_text("Publié")
    reader.get_by_role("link", name="Voir les résultats").click()
    expect(reader.locator(".by").first).to_contain_text("1 réponse")
    expect(reader.locator(".opinion")).to_contain_text("Je voudrais des preuves.")
    expect(reader.locator("#item-credible tbody tr").nth(1)).to_contain_text("1")

    make_staff("editor", name="ed")
    editor = open_page(f"/admin/polls/survey/{french.pk}/change/", locale="fr")
    sign_in(editor, "ed")
    editor.get_by_role("link", name="Exports").click()
    editor.select_option("[name=delimiter]", "comma")
    with editor.expect_download() as download:
        editor.get_by_role("button", name="Exporter", exact=True).click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1
    assert rows[0]["credible"] == "2"
    assert rows[0]["s1-credible"] == "1"
    assert rows[0]["opinion"] == TEXT
    assert download.value.suggested_filename.startswith(FRENCH)


def test_without_a_script_on_a_phone_the_whole_survey_can_be_answered(
    french: Survey, open_page: Open
) -> None:
    page = open_page(f"/articles/{FRENCH}/", width=360, java_script_enabled=False)
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
    send(page)
    code = page.locator(".ticket .code").inner_text()
    page.get_by_role("button", name="Fermer le reçu").click()
    page.fill("#code", code.lower())
    page.get_by_role("button", name="Ouvrir").click()
    page.get_by_role("link", name="Modifier ma réponse").click()
    choose(page, "credible", "none")
    send(page)
    assert Response.objects.get().answers == {
        "credible": "none", "relevant": "4", "s2-relevant": "5",
    }  # fmt: skip
    page.locator("summary", has_text="Retirer").click()
    page.locator("button.danger").click()
    expect(page.locator("h1")).to_contain_text("retirée")
    assert not Response.objects.standing().exists()
    assert tallies.differences(french.pk) == {}


def test_the_keyboard_alone_is_enough(french: Survey, open_page: Open) -> None:
    page = open_page(f"/articles/{FRENCH}/")
    keyboard = page.keyboard

    def tab_to(selector: str) -> None:
        for _ in range(60):
            keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"the keyboard never comes to {selector}")

    keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to("#statement-1 summary")
    keyboard.press("Enter")
    tab_to('[name="item-s1-credible"]')
    keyboard.press("ArrowDown")
    tab_to('[name="item-credible"]')
    keyboard.press("ArrowRight")
    ring = page.evaluate("getComputedStyle(document.activeElement.closest('label')).outlineStyle")
    assert ring == "solid"
    tab_to('[name="item-relevant"]')
    keyboard.press("Space")
    tab_to("textarea")
    keyboard.type("Au clavier.")
    tab_to("#id_consent_counting")
    keyboard.press("Space")
    tab_to("#response-form button")
    keyboard.press("Enter")
    page.wait_for_url("**/receipts/**")
    assert Response.objects.get().answers == {
        "credible": "2", "relevant": "1", "s1-credible": "2",
    }  # fmt: skip


def test_the_receipts_link_opens_it_elsewhere_and_leaves_no_code_behind(
    french: Survey, open_page: Open
) -> None:
    page = open_page(f"/articles/{FRENCH}/")
    fill_in(page)
    send(page)
    link = page.locator(".ticket .link a").get_attribute("href") or ""
    assert "#" in link
    asked: list[str] = []
    other = open_page("/")
    other.on("request", lambda request: asked.append(request.url + str(request.headers)))
    other.goto(link)
    expect(other.locator(".answers")).to_be_visible()
    code = link.split("#")[1]
    assert code not in other.url
    assert asked
    assert not any(code in request.split("cookie")[0] for request in asked)


def test_a_submission_sent_again_after_a_lost_answer_is_the_same_one(
    french: Survey, open_page: Open, site: str
) -> None:
    article = f"{site}/articles/{FRENCH}/"
    page = open_page(f"/articles/{FRENCH}/")
    fill_in(page, "Une seule fois.")
    key = page.locator("#id_client_key").input_value()
    stored: list[int] = []

    def lose(route: Route) -> None:
        """Let the server store the answer, and drop what it says."""
        stored.append(route.fetch(max_redirects=0).status)
        route.abort()

    page.route("**/responses/", lose)
    page.locator("#response-form button").click()
    page.wait_for_timeout(1000)
    assert stored == [303]
    page.unroute("**/responses/")
    page.context.clear_cookies()  # they were in the answer that was lost
    page.goto(article)
    assert page.locator("#id_client_key").input_value() == key
    fill_in(page, "Une seule fois.")
    send(page)
    expect(page.locator(".ticket")).to_be_visible()
    assert Response.objects.count() == 1
    page.goto(article)
    assert page.locator("#id_client_key").input_value() != key
