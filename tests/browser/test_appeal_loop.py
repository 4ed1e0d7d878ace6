"""The whole loop of a text that is rejected: author, rejection, appeal, publication."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from polls.models import Appeal, Survey
from tests.browser.conftest import FRENCH
from tests.browser.forms import fill_in, send, sign_in
from tests.factories import make_staff

Open = Callable[..., Page]
TEXT = "Je voudrais des preuves, et rien d’autre."


def test_an_author_is_told_why_contests_and_is_published_by_somebody_else(
    french: Survey, open_page: Open
) -> None:
    author = open_page(f"/articles/{FRENCH}/", width=360)
    fill_in(author, TEXT)
    send(author)
    code = author.locator(".ticket .code").inner_text()

    make_staff("moderator", name="ana")
    make_staff("moderator", name="bo")
    first = open_page("/admin/polls/opinion/", locale="fr")
    sign_in(first, "ana")
    entry = first.locator(".entry")
    entry.locator("summary", has_text="Refuser").click()
    entry.locator("textarea[name=reason]").fill("La question portait sur l’article.")
    entry.locator(".grounds .buttons").get_by_role("button", name="Rester dans le sujet").click()
    expect(first.locator(".messagelist .success")).to_be_visible()

    # On another device, with the code alone.
    other = open_page("/receipts/", width=360)
    other.fill("#code", code)
    other.locator("#open-receipt button").click()
    reasons = other.locator("#reasons")
    expect(reasons).to_contain_text("Rester dans le sujet")
    expect(reasons).to_contain_text("La question portait sur l’article.")
    expect(reasons).to_contain_text("Par une personne de la rédaction")
    reasons.locator("summary").click()
    other.fill("#appeal", "Demander des preuves, c’est le sujet.")
    reasons.locator(".send button").click()
    expect(other.locator("#reasons")).to_contain_text("Vous avez contesté la décision")

    appeal = Appeal.objects.get()
    page = f"/admin/polls/appeal/{appeal.pk}/change/"
    first.goto(first.url.split("/admin/")[0] + page)
    expect(first.locator('[name="_uphold"]')).to_have_count(0)
    second = open_page(page, locale="fr")
    sign_in(second, "bo")
    expect(second.locator("#content")).to_contain_text("Demander des preuves")
    second.fill("#answer", "C’est bien le sujet.")
    second.locator('[name="_uphold"]').click()
    expect(second.locator(".messagelist .success")).to_be_visible()

    other.reload()
    expect(other.locator(".fate")).to_contain_text("Publié")
    expect(other.locator("#reasons")).to_contain_text("C’est bien le sujet.")
    other.get_by_role("link", name="Voir les résultats").click()
    expect(other.locator(".opinion")).to_contain_text("des preuves, et rien d’autre")
