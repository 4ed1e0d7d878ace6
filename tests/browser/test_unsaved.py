"""What an editor typed and didn't save: a lost session and a closed browser lose nothing of it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from polls.models import Article, Survey
from tests.browser.forms import sign_in
from tests.factories import make_article, make_staff

Open = Callable[..., Page]
NEW = "/admin/polls/survey/compose/"


def at_work(open_page: Open, address: str) -> Page:
    make_staff("editor", name="ed")
    page = open_page(address, locale="en")
    sign_in(page, "ed")
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def compose(page: Page) -> None:
    """A title, a text, a statement and a question in a row that a script made."""
    page.fill("#id_article-title", "Le pont")
    page.fill("#id_article-body", "Le pont sera gratuit.")
    page.get_by_role("button", name="Add a statement").click()
    page.locator('[data-rows=statements] textarea[name$="-text"]').fill("Le pont sera gratuit")
    page.get_by_text("Add a question").click()
    page.get_by_role("button", name="Yes or no", exact=True).click()
    page.locator('[data-rows=questions] textarea[name$="-wording"]').fill("Et vous ?")
    page.locator('[data-rows=questions] textarea[name$="-wording"]').blur()


def kept(page: Page) -> list[str]:
    """What this browser keeps of what isn't saved."""
    places: list[str] = page.evaluate("Object.keys(localStorage)")
    return [place for place in places if place.startswith("unsaved:")]


def sign_out_and_in_elsewhere(page: Page, before: Callable[[], None]) -> None:
    """The session ends; `before` happens; then one signs in in another tab and comes back."""
    page.context.clear_cookies(name="sessionid")
    before()
    other = page.context.new_page()
    other.goto(page.url.partition("/admin/")[0] + "/admin/")
    sign_in(other, "ed")
    other.close()


def test_a_lost_session_loses_nothing_of_a_consultation(site: str, open_page: Open) -> None:
    page = at_work(open_page, NEW)
    compose(page)
    told = page.get_by_role("alert")

    def type_and_save() -> None:
        page.fill("#id_survey-question", "Qu’en pensez-vous ?")
        expect(told).to_contain_text("You are signed out")
        page.keyboard.press("Control+s")
        expect(told).to_be_visible()

    sign_out_and_in_elsewhere(page, type_and_save)
    page.evaluate("dispatchEvent(new Event('focus'))")  # as a tab has it that one comes back to
    expect(told).to_be_hidden()
    page.keyboard.press("Control+s")
    expect(page.locator(".messagelist .success")).to_be_visible()
    survey = Survey.objects.get(article__title="Le pont")
    assert survey.question == "Qu’en pensez-vous ?"
    assert survey.article.statements.get().text == "Le pont sera gratuit"
    assert survey.questions.get().wording == "Et vous ?"
    assert kept(page) == []


def test_a_consultation_comes_back_after_the_browser_was_closed(site: str, open_page: Open) -> None:
    page = at_work(open_page, NEW)
    compose(page)
    page.close()
    page = page.context.new_page()
    page.goto(site + NEW)
    page.get_by_role("button", name="Show it again").click()
    expect(page.locator("#id_article-title")).to_have_value("Le pont")
    expect(page.locator("[data-rows=statements] .gist")).to_have_text("Le pont sera gratuit")
    expect(page.locator("[data-rows=questions] .gist")).to_have_text("Et vous ?")
    assert not Survey.objects.filter(article__title="Le pont").exists()
    page.locator(".acts [name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Survey.objects.get(article__title="Le pont").questions.get().wording == "Et vous ?"
    page.goto(site + NEW)
    expect(page.locator("[data-offer]")).to_be_hidden()


def test_a_lost_session_loses_nothing_of_an_article(site: str, open_page: Open) -> None:
    article = make_article()
    page = at_work(open_page, f"/admin/polls/article/{article.pk}/change/")
    page.fill("#id_title", "Le tunnel")

    def save() -> None:
        page.locator("[name=_save]").click()
        expect(page.get_by_role("alert")).to_contain_text("You are signed out")
        expect(page.locator("#id_title")).to_have_value("Le tunnel")

    sign_out_and_in_elsewhere(page, save)
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Article.objects.get(pk=article.pk).title == "Le tunnel"
    assert kept(page) == []


def test_what_was_left_unsaved_can_be_discarded(site: str, open_page: Open) -> None:
    article = make_article()
    page = at_work(open_page, f"/admin/polls/article/{article.pk}/change/")
    page.fill("#id_title", "Le tunnel")
    page.reload()
    expect(page.locator("[data-offer]")).to_be_visible()
    page.get_by_role("button", name="Show it again").click()
    expect(page.locator("#id_title")).to_have_value("Le tunnel")
    page.locator("#id_title").click()  # or the browser asks nothing back
    page.goto(page.url)
    page.get_by_role("button", name="Discard it").click()
    expect(page.locator("[data-offer]")).to_be_hidden()
    assert kept(page) == []
    assert Article.objects.get(pk=article.pk).title == "Le pont"
