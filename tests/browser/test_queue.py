"""The moderators' desk: the keyboard, a thumb, no script, and every state at every width."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from polls.models import ModerationEvent, ModerationNote, Notice, Opinion, OpinionVersion, Survey
from tests.browser.forms import sign_in
from tests.factories import make_opinion, make_staff

Open = Callable[..., Page]
axe = Axe()
QUEUE = "/admin/polls/opinion/"
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LONG = "Une phrase qui n’en finit pas, et pour cause. " * 30 + "anticonstitutionnellement" * 8


@pytest.fixture
def opinions(french: Survey) -> list[Opinion]:
    """Six texts that wait, oldest first."""
    return [make_opinion(french, f"Avis numéro {number}.") for number in range(6)]


@pytest.fixture
def desk(opinions: list[Opinion], open_page: Open) -> Page:
    """The queue in French, with a moderator in front of it."""
    return at_the_desk(open_page)


def at_the_desk(open_page: Open, **options: object) -> Page:
    make_staff("moderator", name="mo")
    page = open_page(QUEUE, locale="fr", **options)
    sign_in(page, "mo")
    return page


def entry(page: Page, opinion: Opinion) -> Locator:
    return page.locator(f"#o{opinion.pk}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_load_state()


def statuses() -> list[str]:
    return list(Opinion.objects.order_by("pk").values_list("status", flat=True)[:6])


def test_the_keyboard_decides_and_goes_on_to_the_next_text(
    desk: Page, opinions: list[Opinion]
) -> None:
    press(desk, "j")
    expect(entry(desk, opinions[0])).to_be_focused()
    press(desk, "j", "k", "j")
    expect(entry(desk, opinions[1])).to_be_focused()
    press(desk, "p")
    expect(entry(desk, opinions[2])).to_be_focused()
    press(desk, "h")
    expect(entry(desk, opinions[3])).to_be_focused()
    press(desk, "r")
    expect(entry(desk, opinions[3]).locator("textarea")).to_be_visible()
    press(desk, "h")  # the reasons hold the keys until one is chosen
    press(desk, "1")
    expect(entry(desk, opinions[4])).to_be_focused()
    assert statuses() == ["pending", "published", "held", "rejected", "pending", "pending"]
    rejection = ModerationEvent.objects.get(action="reject")
    assert rejection.rule_kind == "rule"
    press(desk, "u")
    expect(entry(desk, opinions[3])).to_be_focused()
    assert statuses()[3] == "pending"


SEEN = """entry => {
  const box = entry.getBoundingClientRect();
  return entry.contains(document.elementFromPoint(box.left + box.width / 2, box.top + 4));
}"""


def test_the_next_text_comes_into_view_beneath_the_bar(desk: Page, opinions: list[Opinion]) -> None:
    desk.set_viewport_size({"width": 1280, "height": 400})
    press(desk, "j", "j", "j", "p")
    for place in (3, 4, 5):
        expect(entry(desk, opinions[place])).to_be_focused()
        assert entry(desk, opinions[place]).evaluate(SEEN)
        press(desk, "h")


def test_the_first_key_marks_the_first_text_and_decides_nothing(
    desk: Page, opinions: list[Opinion]
) -> None:
    press(desk, "p")
    expect(entry(desk, opinions[0])).to_be_focused()
    press(desk, "x")
    expect(desk.locator("#ticked")).to_contain_text("1")
    assert statuses() == ["pending"] * 6


def test_on_a_long_page_a_text_gets_its_reasons_when_they_are_asked_for(
    desk: Page, opinions: list[Opinion]
) -> None:
    desk.goto(f"{desk.url}?size=200")
    expect(desk.locator(".entry .grounds")).to_have_count(0)
    press(desk, "j", "r", "2")
    expect(entry(desk, opinions[1])).to_be_focused()
    entry(desk, opinions[1]).locator("a[data-grounds]").click()
    entry(desk, opinions[1]).locator("textarea").fill("Une phrase.")
    entry(desk, opinions[1]).locator(".grounds button").first.click()
    expect(desk.locator(".entry")).to_have_count(4)
    assert statuses()[:3] == ["rejected", "rejected", "pending"]
    assert ModerationEvent.objects.filter(reason="Une phrase.").count() == 1


READABLE = """text => {
  const box = text.getBoundingClientRect(), middle = box.left + box.width / 2;
  return [box.top + 2, box.bottom - 8].every(
    (height) => height >= 0 && text.contains(document.elementFromPoint(middle, height)));
}"""


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1280, 900), (768, 700), (360, 640)])
def test_a_text_stays_readable_while_a_reason_is_chosen(
    french: Survey, open_page: Open, width: int, height: int
) -> None:
    full(french)
    Opinion.objects.update(text="Deux lignes, à peu près, de texte. " * 4)
    page = at_the_desk(open_page, width=width)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{page.url}?mode=read")
    text = page.locator(".text.large")
    press(page, "r")
    expect(page.locator(".grounds button").first).to_be_in_viewport()
    assert text.evaluate(READABLE)
    page.reload()
    page.locator(".grounds summary").click()
    expect(page.locator(".grounds textarea")).to_be_visible()
    assert text.evaluate(READABLE)


def test_rejecting_many_without_a_reason_is_stopped_with_all_that_was_done(
    desk: Page, opinions: list[Opinion]
) -> None:
    press(desk, "x", "x", "j", "x")
    desk.locator(".bulk-reject summary").click()
    desk.fill("#reason", "Tous deux.")
    desk.locator('#bulk [value="reject"]').click()
    assert desk.locator("#rule").evaluate("field => field.matches(':user-invalid')")
    expect(desk.locator("#reason")).to_have_value("Tous deux.")
    expect(desk.locator("#ticked")).to_contain_text("2")
    desk.locator('#bulk [value="hold"]').click()  # which wants no reason
    expect(desk.locator(".entry")).to_have_count(4)
    assert statuses()[:2] == ["held", "held"]


def test_the_letters_after_nine_choose_a_law(desk: Page, opinions: list[Opinion]) -> None:
    press(desk, "j", "r", "b")
    expect(entry(desk, opinions[1])).to_be_focused()
    assert ModerationEvent.objects.get(action="reject").rule_kind == "law"


def test_keys_do_nothing_in_a_field_with_a_modifier_or_switched_off(
    desk: Page, opinions: list[Opinion]
) -> None:
    press(desk, "j", "/")
    expect(desk.locator("#q")).to_be_focused()
    press(desk, "p", "h", "u")
    expect(desk.locator("#q")).to_have_value("phu")
    press(desk, "Escape", "Control+h", "Alt+p")
    expect(entry(desk, opinions[0])).to_be_focused()
    press(desk, "?")
    expect(desk.locator("#legend ul")).to_be_visible()
    desk.locator("#keys").uncheck()
    desk.reload()
    entry(desk, opinions[0]).focus()
    press(desk, "p")
    desk.wait_for_timeout(300)
    assert statuses() == ["pending"] * 6
    expect(desk.locator(".entry kbd").first).to_be_hidden()
    desk.locator("#legend summary").click()
    desk.locator("#keys").check()
    entry(desk, opinions[0]).focus()
    press(desk, "p")
    expect(entry(desk, opinions[1])).to_be_focused()
    assert statuses()[0] == "published"


def test_ticked_texts_are_decided_together_and_undone_together(
    desk: Page, opinions: list[Opinion]
) -> None:
    expect(desk.locator("#bulk button.yes")).to_be_disabled()
    press(desk, "j", "x", "j", "x")
    expect(desk.locator("#ticked")).to_contain_text("2")
    desk.locator(".bulk-reject summary").click()
    desk.select_option("#rule", index=2)
    desk.fill("#reason", "Tous deux.")
    desk.locator('#bulk [value="reject"]').click()
    expect(desk.locator(".entry")).to_have_count(4)
    assert statuses()[:3] == ["rejected", "rejected", "pending"]
    assert ModerationEvent.objects.filter(reason="Tous deux.").count() == 2
    press(desk, "u")
    expect(desk.locator(".entry")).to_have_count(6)
    desk.locator("[data-tick]").click()
    desk.locator("#bulk button.yes").click()
    expect(desk.locator(".nothing")).to_be_visible()
    assert statuses() == ["published"] * 6


def test_one_text_a_screen_by_keyboard(desk: Page, opinions: list[Opinion]) -> None:
    press(desk, "m")
    expect(desk.locator(".text.large")).to_have_text("Avis numéro 0.")
    press(desk, "p")
    expect(desk.locator(".text.large")).to_have_text("Avis numéro 1.")
    press(desk, "j")
    expect(desk.locator(".text.large")).to_have_text("Avis numéro 2.")
    press(desk, "k")
    expect(desk.locator(".text.large")).to_have_text("Avis numéro 1.")
    expect(desk.locator(".ratings dl")).to_have_count(0)
    press(desk, "v")
    expect(desk.locator(".ratings dl")).to_be_visible()
    press(desk, "n")
    desk.keyboard.type("À revoir.")
    desk.locator(".notes button").click()
    expect(desk.locator(".note")).to_contain_text("À revoir.")
    press(desk, "u")
    expect(desk.locator(".text.large")).to_have_text("Avis numéro 0.")
    assert statuses() == ["pending"] * 6


def test_from_the_list_keys_open_a_texts_own_page_its_notes_and_ratings(
    desk: Page, opinions: list[Opinion]
) -> None:
    own = f"{QUEUE}{opinions[0].pk}/change/"
    press(desk, "j", "v")
    desk.wait_for_url(f"**{own}*ratings=1*")
    expect(desk.locator(".ratings dl")).to_be_visible()
    press(desk, "p")
    expect(desk.locator(".undo")).to_be_visible()
    assert own in desk.url
    press(desk, "u")
    expect(desk.locator(".undo")).to_have_count(0)
    assert own in desk.url
    assert statuses()[0] == "pending"


def test_a_note_begun_from_the_list_is_typed_and_decides_nothing(
    desk: Page, opinions: list[Opinion]
) -> None:
    press(desk, "j", "n")
    desk.wait_for_url("**#note")
    expect(desk.locator("#note")).to_be_focused()
    desk.keyboard.type("please")
    expect(desk.locator("#note")).to_have_value("please")
    assert set(statuses()) == {"pending"}


def test_without_a_script_everything_is_done_by_buttons(
    opinions: list[Opinion], open_page: Open
) -> None:
    page = at_the_desk(open_page, width=360, java_script_enabled=False)
    entry(page, opinions[0]).get_by_role("button", name="Publier").click()
    entry(page, opinions[1]).locator(".grounds summary").click()
    entry(page, opinions[1]).locator(".grounds button").first.click()
    assert statuses()[:3] == ["published", "rejected", "pending"]
    page.locator(".undo button").click()
    assert statuses()[:3] == ["published", "pending", "pending"]
    page.locator("[data-tick]").click()
    page.locator("#bulk button.yes").click()
    assert statuses() == ["published"] * 6


def test_a_long_text_is_folded_and_opens_without_a_script(french: Survey, open_page: Open) -> None:
    make_opinion(french, LONG)
    page = at_the_desk(open_page, java_script_enabled=False)
    height = "box => box.clientHeight < box.scrollHeight"
    assert page.locator(".folded").evaluate(height)
    page.locator(".unfold summary").click()
    assert not page.locator(".folded").evaluate(height)


def full(survey: Survey) -> Opinion:
    """A text with everything that a page may have to show, among others."""
    for number in range(3):
        make_opinion(survey, f"Avis {number} مرحبا " + "anticonstitutionnellement" * 3)
    opinion = make_opinion(survey, LONG)
    Opinion.objects.filter(pk=opinion.pk).update(
        lane=Opinion.Lane.URGENT, signals=" link capitals word "
    )
    Notice.objects.create(
        opinion=opinion, survey=survey, receipt_hash="hash", language="fr", claim="illegal",
        explanation=LONG[:300], passage="en finit pas", good_faith=True,
        due_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    author = make_staff("moderator", name="une-collegue")
    ModerationNote.objects.create(
        opinion=opinion, author=author, author_name="Une collègue", text=LONG[:200]
    )
    OpinionVersion.objects.create(opinion=opinion, version=1, text=LONG, status="published")
    held = make_opinion(survey, "En suspens.")
    Opinion.objects.filter(pk=held.pk).update(status="held", decided_at=timezone.now())
    return opinion


def pages(survey: Survey, page: Page) -> Iterator[tuple[str, Page]]:
    """Every state of the desk, as name and page."""
    own = f"{QUEUE}{full(survey).pk}/change/"
    base = page.url.split("/admin")[0]
    for path in (
        QUEUE,
        f"{QUEUE}?mode=read",
        f"{QUEUE}?mode=read&ratings=1",
        f"{QUEUE}?state=held",
        f"{QUEUE}?size=200",
        f"{QUEUE}?q=ab",
        f"{QUEUE}?q=introuvable",
        f"{own}?ratings=1",
    ):
        page.goto(base + path)
        for summary in page.locator(".queue summary:visible").all():
            summary.click()
        yield path, page
    page.goto(base + QUEUE)
    page.locator(".entry button.yes").last.click()
    yield "after a decision", page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_desk(french: Survey, open_page: Open, scheme: str) -> None:
    # axe looks at styles in ways that a strict policy forbids on its behalf.
    desk = at_the_desk(open_page, bypass_csp=True, color_scheme=scheme)
    found = {}
    for name, page in pages(french, desk):
        for context in ("#content-main", ".undo"):
            if page.locator(context).count():
                results = axe.run(page, context=context)
                if results.violations_count:
                    found[name] = results.generate_report()
    assert found == {}


@pytest.mark.parametrize("width", [320, 360, 768, 1280, 1920])
def test_nothing_overflows_at_the_desk(french: Survey, open_page: Open, width: int) -> None:
    for name, page in pages(french, at_the_desk(open_page, width=width)):
        assert page.evaluate(BEYOND) == 0, name


def test_on_a_phone_the_bar_follows_what_is_ticked_and_the_chosen_state_is_in_view(
    opinions: list[Opinion], open_page: Open
) -> None:
    page = at_the_desk(open_page, width=360, has_touch=True, is_mobile=True)
    page.goto(f"{page.url}?state=all")
    expect(page.locator(".states [aria-current]")).to_be_in_viewport(ratio=1)
    page.goto(page.url.split("?")[0])
    page.locator("[data-tick]").click()
    page.locator(".entry").last.scroll_into_view_if_needed()
    expect(page.locator("#bulk button.yes")).to_be_in_viewport()


def test_a_thumb_finds_large_buttons(opinions: list[Opinion], open_page: Open) -> None:
    page = at_the_desk(open_page, width=360, has_touch=True, is_mobile=True)
    for path in ("", "?mode=read"):
        page.goto(page.url.split("?")[0] + path)
        for button in page.locator(".entry .acts > button, .entry .grounds summary").all():
            box = button.bounding_box()
            assert box
            assert box["height"] >= 44
            assert box["width"] >= 44
