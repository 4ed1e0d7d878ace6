"""The whole loop, as its people go through it: answer, moderate, count, export."""

import csv
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from polls.models import Response, Survey
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
    page = open_page(f"/articles/{FRENCH}/", faulty=True)
    fill_in(page, "Une seule fois.")
    key = page.locator("#id_client_key").input_value()
    stored: list[int] = []

    def lose(route: Route) -> None:
        """Let the server store the answer, and drop what it says."""
        stored.append(route.fetch(max_redirects=0).status)
        route.abort()

    page.route("**/responses/", lose)
    with page.expect_event("requestfailed", lambda sent: sent.url.endswith("/responses/")):
        page.locator("#response-form button").click()
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
