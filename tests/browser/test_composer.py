"""An editor composes a consultation in the browser: by mouse, by keyboard, without a script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, FrameLocator, Locator, Page, expect

from polls.models import Survey
from tests.browser.forms import sign_in
from tests.factories import BODY, make_article, make_draft, make_staff, make_survey

Open = Callable[..., Page]
axe = Axe()
NEW = "/admin/polls/survey/compose/"


def at_work(open_page: Open, address: str, **options: Any) -> Page:
    make_staff("editor", name="ed")
    page = open_page(address, locale="en", **options)
    sign_in(page, "ed")
    return page


def composing(open_page: Open, survey: Survey, **options: Any) -> Page:
    return at_work(open_page, f"/admin/polls/survey/{survey.pk}/compose/", **options)


@pytest.fixture
def draft(site: str) -> Survey:
    return make_draft()


def rows(page: Page, kind: str) -> Locator:
    return page.locator(f"[data-rows={kind}] > .row")


def row(page: Page, kind: str, number: int) -> Locator:
    return rows(page, kind).nth(number - 1)


def headlines(page: Page, kind: str) -> list[str]:
    return page.locator(f"[data-rows={kind}] .gist").all_inner_texts()


def field(row: Locator, name: str) -> Locator:
    return row.locator(f'[name$="-{name}"]')


def seen(page: Page) -> FrameLocator:
    return page.frame_locator("#preview")


def select(page: Page, words: str) -> None:
    """Select words in the article's text, as a mouse or Shift and the arrows do."""
    page.locator("#id_article-body").evaluate(
        """(text, words) => { text.focus(); const at = text.value.indexOf(words);
             text.setSelectionRange(at, at + words.length); }""",
        words,
    )


def save(page: Page) -> None:
    page.locator(".acts [name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_an_empty_page_names_no_mistake_before_anything_is_typed(
    site: str, open_page: Open
) -> None:
    page = at_work(open_page, NEW)
    expect(page.locator("[data-note]")).to_contain_text("begins with a title")
    page.wait_for_timeout(1500)  # longer than the preview waits
    expect(page.locator("[data-mistake]")).to_have_count(0)
    expect(page.locator("[data-count]")).to_have_text("0")


def test_a_consultation_is_written_and_seen_at_once(site: str, open_page: Open) -> None:
    page = at_work(open_page, NEW)
    publish = page.locator("[data-publish]")
    expect(publish).to_be_disabled()
    page.fill("#id_article-title", "Le pont")
    page.fill("#id_article-body", BODY)
    expect(seen(page).locator("h1")).to_have_text("Le pont")
    expect(seen(page).locator(".prose")).to_contain_text("dix millions")
    assert not Survey.objects.filter(article__title="Le pont").exists()
    select(page, "> Le pont sera gratuit")
    page.get_by_role("button", name="Make it a statement").click()
    said = row(page, "statements", 1)
    expect(field(said, "speaker")).to_be_focused()
    page.keyboard.type("La maire")
    field(said, "source_name").fill("Conseil")
    expect(field(said, "text")).to_have_value("Le pont sera gratuit")
    expect(field(said, "form")).to_have_value("verbatim")
    expect(seen(page).locator("#statement-1")).to_contain_text("La maire")
    page.get_by_role("button", name="Add the standard questions").click()
    expect(rows(page, "questions")).to_have_count(5)
    expect(seen(page).locator("#opinion textarea")).to_be_visible()
    page.fill("#id_survey-question", "Qu’en pensez-vous ?")
    expect(page.locator("[data-checklist]")).to_contain_text("no date of publication")
    expect(publish).to_be_disabled()
    page.fill("#id_article-published_on", "2025-01-23")
    expect(page.locator("[data-nothing]")).to_be_visible()
    expect(publish).to_be_enabled()
    publish.click()
    page.wait_for_url("**/publish/")
    survey = Survey.objects.get(article__title="Le pont")
    assert survey.questions.count() == 5


def test_selected_words_stand_in_one_place_of_the_text(draft: Survey, open_page: Open) -> None:
    page = composing(open_page, draft)
    page.fill("#id_article-body", f"{BODY}\nIls disent « c’est *vrai* » et que c’est vrai.")
    select(page, "c’est *vrai*")
    page.keyboard.press("Control+Enter")
    made = row(page, "statements", 3)
    expect(field(made, "text")).to_have_value("c’est vrai")
    expect(field(made, "form")).to_have_value("verbatim")
    expect(field(made, "speaker")).to_have_value("L’opposition")
    expect(field(made, "source_name")).to_have_value("Séance publique")
    expect(made.locator(".when-found")).to_be_visible()
    expect(seen(page).locator("#passage-3")).to_have_text("c’est")
    page.fill("#id_article-body", BODY)
    expect(made.locator(".when-lost")).to_be_visible()
    expect(page.locator("[data-checklist]")).to_contain_text("can’t be found in the text")
    select(page, BODY[:60])
    page.keyboard.press("Control+Enter")
    expect(page.locator(".tools .help")).to_contain_text("one paragraph")


def test_rows_are_moved_by_keyboard_and_keep_the_focus(draft: Survey, open_page: Open) -> None:
    page = composing(open_page, draft)
    before = headlines(page, "questions")
    down = row(page, "questions", 1).get_by_role("button", name="Move down")
    down.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert headlines(page, "questions")[:3] == [before[1], before[2], before[0]]
    expect(row(page, "questions", 3).get_by_role("button", name="Move down")).to_be_focused()
    expect(page.locator("[data-said]")).to_have_text(f"Now at place 3 of {len(before)}.")
    save(page)
    assert headlines(page, "questions")[:3] == [before[1], before[2], before[0]]
    assert draft.questions.order_by("position")[2].wording == before[0]


def test_statements_are_dragged_to_another_place(draft: Survey, open_page: Open) -> None:
    page = composing(open_page, draft)
    row(page, "statements", 2).scroll_into_view_if_needed()
    grip = row(page, "statements", 2).locator("[data-grip]").bounding_box()
    above = row(page, "statements", 1).locator("summary").first.bounding_box()
    assert grip
    assert above
    page.mouse.move(grip["x"] + 5, grip["y"] + 15)
    page.mouse.down()
    page.mouse.move(grip["x"] + 5, above["y"] + 20, steps=4)
    page.mouse.move(grip["x"] + 5, above["y"] + 2, steps=4)
    page.mouse.up()
    assert headlines(page, "statements")[0] == "Personne ne dit qui paiera."
    expect(seen(page).locator("#statement-1")).to_contain_text("L’opposition")
    expect(row(page, "questions", 5).locator("summary").first).to_contain_text("1. Personne")
    save(page)
    assert draft.article.statements.get(number=1).speaker == "L’opposition"


def test_the_checklist_leads_to_the_field_that_mends(draft: Survey, open_page: Open) -> None:
    page = composing(open_page, draft)
    row(page, "statements", 1).locator("summary").first.click()
    field(row(page, "statements", 1), "speaker").fill("")
    row(page, "statements", 1).locator("summary").first.click()
    page.locator("[data-checklist] a", has_text="who said it").click()
    expect(field(row(page, "statements", 1), "speaker")).to_be_focused()
    page.keyboard.type("La maire")
    expect(page.locator("[data-nothing]")).to_be_visible()
    page.fill("#id_article-title", "")
    expect(page.locator(".of-title .mistake")).to_be_visible()
    expect(page.locator("[data-note]")).to_contain_text("As it was last")
    expect(seen(page).locator("h1")).to_have_text("Le pont")  # as it was last
    page.fill("#id_article-title", "Le tunnel")
    expect(seen(page).locator("h1")).to_have_text("Le tunnel")
    expect(page.locator(".mistake")).to_have_count(0)


def test_a_mistake_is_told_until_it_is_mended_and_hides_nothing(
    draft: Survey, open_page: Open
) -> None:
    page = composing(open_page, draft)
    page.fill("#id_article-published_on", "")
    expect(page.locator("[data-checklist]")).to_contain_text("no date of publication")
    page.fill("#id_article-title", "x" * 201)  # as when it is pasted: nothing is cut
    expect(page.locator(".of-title .length")).to_have_text("201 characters: 200 at most")
    expect(page.locator("[data-checklist] li")).to_have_count(2)
    page.keyboard.press("Control+s")
    expect(page.locator("[data-box]")).to_contain_text("Nothing was saved")
    page.fill("#id_article-title", "Le tunnel")
    expect(page.locator("[data-box]")).to_be_hidden()
    expect(page.locator(".of-title .errorlist")).to_have_count(0)
    expect(page.locator(".of-title .length")).to_be_hidden()


def test_a_new_question_is_no_mistake_before_anything_is_typed(
    draft: Survey, open_page: Open
) -> None:
    page = composing(open_page, draft)
    page.get_by_text("Add a question").click()
    page.get_by_role("button", name="Yes or no", exact=True).click()
    expect(page.locator("[data-checklist]")).to_have_text("Question 6 has no wording.")
    expect(page.locator("[data-mistake]")).to_have_count(0)
    expect(seen(page).locator("h1")).to_have_text("Le pont")


def test_statements_are_put_in_the_order_of_the_text(draft: Survey, open_page: Open) -> None:
    page = composing(open_page, draft)
    in_order = page.get_by_role("button", name="Put them in the order of the text")
    expect(seen(page).locator("#statement-1")).to_be_visible()
    expect(in_order).to_be_hidden()
    before = headlines(page, "statements")
    row(page, "statements", 1).get_by_role("button", name="Move down").click()
    in_order.click()
    assert headlines(page, "statements") == before
    expect(in_order).to_be_hidden()


def test_the_preview_stays_where_it_was_read(draft: Survey, open_page: Open) -> None:
    page = composing(open_page, draft)
    seen(page).locator("details.control summary").first.click()
    view = "document.getElementById('preview').contentWindow"
    page.evaluate(f"{view}.scrollTo(0, 300)")
    page.fill("#id_article-title", "Le tunnel")
    expect(seen(page).locator("h1")).to_have_text("Le tunnel")
    assert page.evaluate(f"{view}.scrollY") == 300
    expect(seen(page).locator("details.control").first).to_have_attribute("open", "")
    seen(page).get_by_role("link", name="Donner mon avis").click()  # it leads nowhere else
    expect(seen(page).locator("h1")).to_have_text("Le tunnel")


def test_a_removed_row_can_be_put_back_until_it_is_saved(draft: Survey, open_page: Open) -> None:
    page = composing(open_page, draft)
    first = row(page, "statements", 1)
    first.get_by_role("button", name="Remove").click()
    expect(seen(page).locator(".said")).to_have_count(1)
    first.get_by_role("button", name="Put back").click()
    expect(seen(page).locator(".said")).to_have_count(2)
    expect(seen(page).locator("#statement-1 .control")).to_be_attached()
    first.get_by_role("button", name="Remove").click()
    save(page)
    assert draft.article.statements.get().number == 1


def test_a_statement_takes_its_questions_along_and_brings_them_back(
    draft: Survey, open_page: Open
) -> None:
    before = set(draft.questions.values_list("key", "statement__number"))
    page = composing(open_page, draft)
    first = row(page, "statements", 1)
    first.get_by_role("button", name="Remove").click()
    gone = page.locator("[data-rows=questions] > [data-goes]")
    expect(gone).to_have_count(2)
    expect(seen(page).locator(".said")).to_have_count(1)
    first.get_by_role("button", name="Put back").click()
    expect(gone).to_have_count(0)
    save(page)
    assert set(draft.questions.values_list("key", "statement__number")) == before


def test_ready_made_questions_come_in_the_language_of_the_article(
    draft: Survey, open_page: Open
) -> None:
    page = composing(open_page, draft)
    page.select_option("#id_article-language", "en")
    page.get_by_text("Add a question").click()
    page.get_by_role("button", name="Importance").click()
    added = row(page, "questions", 6)  # before the free text
    expect(field(added, "wording")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "…"
    page.keyboard.type("this bridge")
    expect(field(added, "wording")).to_have_value("How important is this bridge to you?")
    expect(field(added, "choices")).to_have_value(re.compile("^Not at all important\nNot very"))
    expect(seen(page).locator("#opinion")).to_contain_text("How important is this bridge to you?")
    save(page)
    question = draft.questions.get(key="how-important-is-this-bridge-to-you")
    assert list(question.choices.values_list("value", flat=True)) == [1, 2, 3, 4, 5, None]


def test_what_is_not_saved_is_not_left_by_accident(draft: Survey, open_page: Open) -> None:
    page = composing(open_page, draft)
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.reload()
    assert asked == []
    page.fill("#id_article-title", "Le tunnel")
    page.reload()
    assert asked == ["beforeunload"]
    page.fill("#id_article-title", "Le tunnel")
    page.keyboard.press("Control+s")
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(page.locator("#id_article-title")).to_be_focused()
    assert asked == ["beforeunload"]
    assert Survey.objects.get(pk=draft.pk).article.title == "Le tunnel"


def test_another_editors_work_is_shown_before_it_is_replaced(
    draft: Survey, open_page: Open
) -> None:
    page = composing(open_page, draft)
    page.fill("#id_article-title", "Mon titre")
    Survey.objects.filter(pk=draft.pk).update(question="Une autre question ?")
    page.keyboard.press("Control+s")
    expect(page.locator(".stale")).to_contain_text("Une autre question ?")
    expect(page.locator("#id_article-title")).to_have_value("Mon titre")
    expect(page.locator("[data-publish]")).to_be_enabled()  # what is typed has all that it needs
    save(page)
    assert Survey.objects.get(pk=draft.pk).article.title == "Mon titre"


def test_it_is_a_form_that_works_without_a_script(draft: Survey, open_page: Open) -> None:
    page = composing(open_page, draft, java_script_enabled=False)
    page.fill("#id_article-title", "Le tunnel")
    blank = row(page, "statements", 3)
    field(blank, "text").fill("L’entretien coûtera dix millions")
    row(page, "statements", 1).locator("summary").first.click()
    field(row(page, "statements", 1), "ORDER").fill("9")
    asked = row(page, "questions", 7)
    field(asked, "wording").fill("Et demain ?")
    field(asked, "kind").select_option("single")
    field(asked, "choices").fill("Oui\nNon")
    page.get_by_role("button", name="Save, and add missing standard items").click()
    statements = draft.article.statements.values_list("text", flat=True)
    assert list(statements) == [
        "Personne ne dit qui paiera.", "Le pont sera gratuit", "L’entretien coûtera dix millions",
    ]  # fmt: skip
    keys = set(draft.questions.values_list("key", flat=True))
    assert {"et-demain", "s3-credible", "s3-relevant", "s2-credible"} <= keys
    expect(page.locator("#checklist")).to_contain_text("Statement 3: who said it?")
    page.get_by_role("button", name="Save and preview").click()
    expect(page.locator("h1")).to_have_text("Le tunnel")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_axe_finds_nothing_and_nothing_overflows(
    draft: Survey, open_page: Open, width: int, scheme: str
) -> None:
    # axe looks at styles in ways that a strict policy forbids on its behalf.
    page = composing(open_page, draft, width=width, color_scheme=scheme, bypass_csp=True)
    beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    expect(seen(page).locator("h1")).to_be_visible()
    for summary in page.locator("#compose summary").all():
        summary.click()
    page.locator(".row [data-remove]").last.click()
    page.fill("#id_article-title", "")
    expect(page.locator(".mistake")).to_be_visible()
    own = axe.run(page, context="#content-main")
    assert own.violations_count == 0, own.generate_report()
    assert page.evaluate(beyond) == 0
    published = make_survey(make_article("autre"))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(page.url.replace(f"/{draft.pk}/", f"/{published.pk}/"))
    own = axe.run(page, context="#content-main")
    assert own.violations_count == 0, own.generate_report()
    assert page.evaluate(beyond) == 0
