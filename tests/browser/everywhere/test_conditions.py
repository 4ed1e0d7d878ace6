"""The article and the results where a reader's device differs from what we have before us."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.everywhere.checks import BEYOND
from tests.browser.everywhere.conftest import Open
from tests.browser.forms import choose, fill_in, send

READ = ("article, everything unfolded", "results, closed", "receipt, text rejected", "change")
NEWSPAPER = pytest.mark.parametrize("name", READ)

LOOK = """(input) => {
  const style = getComputedStyle(input.closest("label"));
  return [style.color, style.borderTopWidth, style.outlineStyle].join();
}"""
MOVING = """() => [...document.querySelectorAll("*")].filter((e) => {
  const style = getComputedStyle(e);
  const times = (style.transitionDuration + "," + style.animationDuration).split(",");
  return times.some((time) => parseFloat(time) > 0.01) || style.scrollBehavior === "smooth";
}).map((e) => e.outerHTML.slice(0, 100))"""
CLIPPED = """() => [...document.querySelectorAll("main *")].filter((e) =>
  !e.closest(".unseen, svg, select, textarea, input") && e.innerText
  && ["hidden", "clip"].includes(getComputedStyle(e).overflowX)
  && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
).map((e) => e.outerHTML.slice(0, 100))"""
UNSEEN = """() => [...document.querySelectorAll("main input, main textarea")]
  .filter((e) => e.type !== "hidden" && !e.hidden)
  .filter((e) => !e.closest("details:not([open])"))
  .filter((e) => !e.checkVisibility() || e.getBoundingClientRect().width < 5
    || ![...e.labels].some((label) => label.innerText.trim() && label.checkVisibility()))
  .map((e) => e.outerHTML.slice(0, 100))"""
TOKEN = "e => getComputedStyle(e).getPropertyValue('--paper')"
# WCAG 1.4.12: what a reader may set without losing anything.
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important; } p { margin-block-end: 2em !important; }"""
FOCUSED = """() => {
  const focused = document.activeElement;
  const seen = focused.closest("label") ?? focused;
  const box = seen.getClientRects()[0] ?? seen.getBoundingClientRect();
  const style = [focused, seen].map((e) => getComputedStyle(e)).find((s) =>
    s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2);
  const points = [[box.x + box.width / 2, box.y + box.height / 2], [box.x + 3, box.y + 3]];
  const bare = points.some(([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return there && (seen.contains(there) || there.contains(seen));
  });
  return [focused === document.body, Boolean(style), bare, focused.outerHTML.slice(0, 120)];
}"""


def shown(page: Page, selector: str) -> list[str]:
    """What a selector finds that can be seen."""
    found = page.locator(selector).all()
    return [one.evaluate("e => e.outerHTML.slice(0, 80)") for one in found if one.is_visible()]


@pytest.mark.parametrize("width", [360, 1280])
def test_in_forced_colours_the_chosen_answer_can_be_told(visit: Open, width: int) -> None:
    page = visit("article, open", width=width, forced_colors="active").page
    chosen, other = ('[name="item-credible"][value="%s"]' % value for value in "24")  # noqa: UP031
    choose(page, "credible", "2")
    page.locator("h1").click()  # the ring of the focus tells nothing of the choice
    assert page.locator(chosen).evaluate(LOOK) != page.locator(other).evaluate(LOOK)


@NEWSPAPER
def test_who_asked_for_less_motion_sees_none(visit: Open, name: str) -> None:
    page = visit(name, reduced_motion="reduce").page
    assert page.evaluate("document.getAnimations().length") == 0
    assert page.evaluate(MOVING) == []


@pytest.mark.parametrize("name", ["article, closed and corrected", "article, open"])
def test_a_printed_article_has_no_controls_and_keeps_its_words(visit: Open, name: str) -> None:
    page = visit(name).page
    page.emulate_media(media="print")
    assert shown(page, "button, textarea, input, select, nav, .control, .skip") == []
    assert shown(page, "h1")
    assert len(shown(page, ".facts li")) >= 3  # unfolded on paper
    assert len(shown(page, ".said blockquote")) >= 3
    assert 2 <= pages_printed(page) <= 8


def test_printed_results_keep_figures_whole_and_say_what_they_are(visit: Open) -> None:
    page = visit("results, closed").page
    page.emulate_media(media="print")
    assert shown(page, "button, textarea, input, select, nav, .skip") == []
    expect(page.locator(".notice").first).to_be_visible()
    expect(page.locator("#identity")).to_be_visible()
    kept = "e => getComputedStyle(e).breakInside"
    figures = page.locator("main figure:has(svg), main .figure:has(svg)").all()
    assert figures
    assert {figure.evaluate(kept) for figure in figures} == {"avoid"}
    assert 2 <= pages_printed(page) <= 30


def pages_printed(page: Page) -> int:
    return page.pdf(format="A4").count(b"/Type /Page\n")


def test_a_text_from_right_to_left_turns_itself_and_not_the_page(visit: Open) -> None:
    page = visit("results, three readers from right to left", width=360).page
    direction = "e => getComputedStyle(e).direction"
    said = page.locator(".opinion [dir=auto]")
    assert sorted(one.evaluate(direction) for one in said.all()) == ["ltr", "rtl", "rtl"]
    assert page.locator("main").evaluate(direction) == "ltr"
    sides = [one.evaluate("e => getComputedStyle(e).textAlign") for one in said.all()]
    assert set(sides) == {"start"}


def test_sixty_statements_and_twelve_choices_are_answered_on_a_small_phone(visit: Open) -> None:
    page = visit("article, sixty statements", width=320).page
    assert page.locator(".said").count() == 60
    page.locator('label:has([name="item-long-single"][value="12"])').click()
    page.locator('label:has([name="item-long-multiple"][value="7"])').click()
    page.locator('label:has([name="item-long-scale"][value="5"])').click()
    fill_in(page, "Oui.")
    send(page)
    expect(page.locator(".ticket .code")).to_be_visible()
    expect(page.locator(".answers")).to_contain_text("anticonstitutionnellement 12")


@pytest.mark.parametrize("name", ["article, everything unfolded", "reply, form", "notice, form"])
def test_without_its_stylesheet_the_form_is_still_a_form(visit: Open, name: str) -> None:
    page = visit(name, width=360).page
    page.route("**/*.css", lambda route: route.abort())
    page.reload()
    for summary in page.locator("summary").all():
        summary.click()
    assert page.locator("html").evaluate(TOKEN) == ""
    assert page.evaluate(UNSEEN) == []
    order = "document.querySelector('h1').compareDocumentPosition(document.forms[0]) & 4"
    assert page.evaluate(order)


def test_without_its_stylesheet_an_answer_is_sent(visit: Open) -> None:
    page = visit("article, open", width=360, java_script_enabled=False).page
    page.route("**/*.css", lambda route: route.abort())
    page.reload()
    assert page.locator("html").evaluate(TOKEN) == ""
    fill_in(page)
    send(page)
    expect(page.locator(".code").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
@NEWSPAPER
def test_wider_spacing_of_the_text_loses_nothing(visit: Open, name: str, width: int) -> None:
    page = visit(name, width=width, bypass_csp=True).page
    before = page.evaluate(CLIPPED)
    page.add_style_tag(content=SPACING)
    assert page.evaluate(BEYOND) == 0
    assert page.evaluate(CLIPPED) == before == []


def by_tab(page: Page, steps: int, look: Callable[[list[object]], None]) -> None:
    for _ in range(steps):
        page.keyboard.press("Tab")
        seen = page.evaluate(FOCUSED)
        if seen[0]:  # past the last one, at the browser's own bar
            return
        look(seen)


@pytest.mark.parametrize("name", ["article, everything unfolded", "mistakes", "results, closed"])
@pytest.mark.parametrize("width", [360, 1280])
def test_what_has_the_focus_is_ringed_and_never_covered(visit: Open, name: str, width: int) -> None:
    # A page that glides to the next link isn't there yet when it is looked at.
    page = visit(name, width=width, reduced_motion="reduce").page
    wrong: list[object] = []

    def look(seen: list[object]) -> None:
        if not (seen[1] and seen[2]):
            wrong.append(seen)

    by_tab(page, 45, look)
    assert wrong == []
