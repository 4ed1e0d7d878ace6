"""The whole loop by the keyboard alone: answer, read the receipt, moderate, count, withdraw."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from polls.models import Response, Survey
from tests.browser.conftest import FRENCH
from tests.factories import make_staff

Open = Callable[..., Page]


def tab_to(page: Page, selector: str) -> None:
    """Step through the page until the focus is there, and is shown."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("place => document.activeElement.matches(place)", selector):
            return
    raise AssertionError(f"the keyboard never comes to {selector}")


def enter(page: Page, selector: str) -> None:
    """Go to a link or a button and press Enter, which leads to another page."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def ring(page: Page, around: str) -> str:
    """The outline of what is around the focus."""
    style = "place => getComputedStyle(document.activeElement.closest(place)).outlineStyle"
    return str(page.evaluate(style, around))


def answered(page: Page) -> None:
    """An answer with a text that may be published, by Tab, Space, arrows and Enter."""
    keyboard = page.keyboard
    keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to(page, "#statement-1 summary")
    keyboard.press("Enter")
    tab_to(page, '[name="item-s1-credible"]')
    keyboard.press("ArrowDown")
    tab_to(page, '[name="item-credible"]')
    keyboard.press("ArrowRight")
    assert ring(page, "label") == "solid"
    tab_to(page, '[name="item-relevant"]')
    keyboard.press("Space")
    tab_to(page, "textarea")
    keyboard.type("Au clavier.")
    for consent in ("publication", "counting"):
        tab_to(page, f"#id_consent_{consent}")
        keyboard.press("Space")
    enter(page, "#response-form button")


def test_the_keyboard_alone_is_enough(french: Survey, open_page: Open) -> None:
    reader = open_page(f"/articles/{FRENCH}/")
    answered(reader)
    assert Response.objects.get().answers == {
        "credible": "2", "relevant": "1", "s1-credible": "2",
    }  # fmt: skip
    expect(reader.locator(".ticket .code")).to_be_visible()
    enter(reader, 'a[href="/receipts/change/"]')
    tab_to(reader, '[name="item-relevant"]')
    reader.keyboard.press("ArrowRight")
    enter(reader, ".send button")
    assert Response.objects.get().answers["relevant"] == "2"
    expect(reader.locator(".fate.pending")).to_be_visible()

    make_staff("administrator", name="ad")
    desk = open_page("/admin/polls/opinion/", locale="fr")
    signed_in(desk)
    desk.keyboard.press("j")
    expect(desk.locator(".entry")).to_be_focused()
    with desk.expect_navigation():
        desk.keyboard.press("p")
    expect(desk.locator(".entry")).to_have_count(0)
    desk.goto(desk.url.split("/opinion")[0] + f"/survey/{french.pk}/change/")
    enter(desk, 'a[href$="/dashboard/"]')
    expect(desk.locator("#item-credible")).to_be_visible()

    reader.reload()
    expect(reader.locator(".fate.published")).to_be_visible()
    enter(reader, f'.acts a[href="/articles/{FRENCH}/results/"]')
    expect(reader.locator(".opinion")).to_contain_text("Au clavier.")
    tab_to(reader, "#live button")
    reader.keyboard.press("Space")
    expect(reader.locator("#live button")).to_be_focused()
    reader.go_back()
    tab_to(reader, "details:has(button.danger) summary")
    reader.keyboard.press("Space")
    enter(reader, "button.danger")
    assert not Response.objects.standing().exists()


def signed_in(page: Page) -> None:
    """Sign in as whoever has the name "ad"."""
    expect(page.locator("#id_username")).to_be_focused()
    page.keyboard.type("ad")
    tab_to(page, "#id_password")
    page.keyboard.type("secret")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_mistakes_are_mended_by_the_keyboard(french: Survey, open_page: Open) -> None:
    page = open_page(f"/articles/{FRENCH}/")
    enter(page, "#response-form button")
    expect(page.locator("#errors")).to_be_focused()
    tab_to(page, "#errors a")
    page.keyboard.press("Enter")
    expect(page.locator('[name="item-credible"]').first).to_be_focused()
    page.keyboard.press("Space")
    tab_to(page, '[name="item-relevant"]')
    page.keyboard.press("Space")
    tab_to(page, "#id_consent_counting")
    page.keyboard.press("Space")
    enter(page, "#response-form button")
    assert Response.objects.count() == 1


def test_a_draft_is_discarded_by_the_keyboard(french: Survey, open_page: Open) -> None:
    page = open_page(f"/articles/{FRENCH}/")
    tab_to(page, "textarea")
    page.keyboard.type("À moitié.")
    expect(page.locator("#keeping")).to_be_visible()
    page.reload()
    expect(page.locator("#draft")).to_be_visible()
    tab_to(page, "#draft button")
    page.keyboard.press("Enter")
    expect(page.locator("#draft")).to_be_focused()
    expect(page.locator("textarea")).to_have_value("")
    tab_to(page, '[name="item-credible"]')
