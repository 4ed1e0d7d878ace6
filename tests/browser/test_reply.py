"""The right of reply as who is quoted, the editor and readers go through it."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from polls.models import Reply, Survey
from polls.moderation.replies import services
from tests.browser.conftest import ENGLISH, FRENCH
from tests.browser.forms import sign_in
from tests.factories import make_reply, make_response, make_staff

Open = Callable[..., Page]
axe = Axe()
FORM = "/statements/1/reply/"
TEXT = "I never said so.\n\nمرحبا بالعالم " + "anticonstitutionnellement" * 4
NAME = "Anticonstitutionnellement-" * 4


def fill_in(page: Page) -> None:
    page.locator('label:has(input[value="representative"])').click()
    page.fill("#id_text", TEXT)
    page.fill("#id_name", NAME)
    page.fill("#id_contact", "somebody@example.org")
    page.check("#id_agrees")


def send(page: Page) -> None:
    page.locator("#response-form button").click()
    page.wait_for_load_state()


def test_a_reply_is_asked_for_published_read_and_taken_back_without_a_script(
    site: str, open_page: Open
) -> None:
    page = open_page(f"/articles/{ENGLISH}/", width=360, java_script_enabled=False)
    page.locator("#statement-1").get_by_role("link", name="Right of reply").click()
    expect(page.locator("blockquote")).to_contain_text("They don’t actually have the money")
    page.fill("#id_text", TEXT)
    send(page)
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#errors li")).to_have_count(4)
    expect(page.locator("#id_text")).to_have_value(TEXT)
    page.locator("#errors a").first.click()
    expect(page.locator("#id_capacity_0")).to_be_focused()
    fill_in(page)
    send(page)
    code = page.locator(".ticket .code").inner_text()
    expect(page.locator(".fate")).to_contain_text("To be decided")

    make_staff("editor", name="ed")
    editor = open_page("/admin/polls/reply/", locale="en")
    sign_in(editor, "ed")
    editor.locator(".field-reading a").click()
    expect(editor.locator(".clock")).to_contain_text("due in 2")
    editor.get_by_role("button", name="Publish beside the statement").click()
    expect(editor.locator(".messagelist .success")).to_be_visible()

    page.reload()
    expect(page.locator(".fate")).to_contain_text("Published")
    make_response(Survey.objects.get(article__slug=ENGLISH))
    other = open_page("/")  # whose browser keeps no page of a minute ago
    for path in ("articles/{}/", "articles/{}/results/", "embed/{}/statements/1/"):
        other.goto(f"{site}/{path.format(ENGLISH)}")
        expect(other.locator(".reply")).to_have_count(1)
        expect(other.locator(".reply .signed")).to_contain_text(NAME)

    page.get_by_role("button", name="Close this page").click()
    page.goto(f"{site}/receipts/?lang=en")
    page.fill("#code", code.lower())
    page.get_by_role("button", name="Open").click()
    page.locator("summary", has_text="Take my reply back").click()
    page.locator("button.danger").click()
    expect(page.locator("h1")).to_contain_text("taken back")
    reply = Reply.objects.get()
    assert (reply.status, reply.text, reply.name, reply.contact) == ("withdrawn", "", "", "")
    page.goto(f"{site}/embed/{ENGLISH}/statements/1/")
    expect(page.locator(".reply")).to_have_count(0)


def test_the_counter_counts_as_the_server_does(site: str, open_page: Open) -> None:
    page = open_page(f"/articles/{ENGLISH}{FORM}")
    page.fill("#id_text", "a\n\nb")
    expect(page.locator(".counter")).to_have_text("4 / 3,000")
    aloud = page.locator(".counter + [aria-live=polite]")
    expect(aloud).to_have_text("")
    page.fill("#id_text", "x" * 3001)
    expect(page.locator(".counter")).to_have_class("counter over")
    expect(aloud).to_have_text("3,001 / 3,000")


def pages(site: str, open_page: Open, slug: str, **options: object) -> Iterator[tuple[str, Page]]:
    """Every state of the reply's pages, and those on which a published one stands."""
    survey = Survey.objects.get(article__slug=slug)
    make_response(survey)
    page = open_page(f"/articles/{slug}{FORM}", **options)
    yield "form", page
    send(page)
    yield "errors", page
    fill_in(page)
    send(page)
    yield "code", page
    asked = Reply.objects.get()
    editor = make_staff("editor")
    services.refuse(reply=asked.pk, version=1, editor=editor, answer="Too long.")
    page.reload()
    yield "refused", page
    shown = make_reply(survey, TEXT, name=NAME, capacity="representative")
    services.publish(reply=shown.pk, version=1, editor=editor)
    for path in ("articles/{}/", "articles/{}/results/", "embed/{}/statements/1/"):
        page.goto(f"{site}/{path.format(slug)}")
        expect(page.locator(".reply")).to_have_count(1)
        yield path, page


@pytest.mark.parametrize(
    ("slug", "scheme", "width"),
    [(FRENCH, "light", 320), (ENGLISH, "dark", 1280), (ENGLISH, "light", 768)],
)
def test_axe_finds_nothing_and_nothing_overflows(
    site: str, open_page: Open, slug: str, scheme: str, width: int
) -> None:
    found = {}
    beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for name, page in pages(site, open_page, slug, color_scheme=scheme, width=width):
        assert page.evaluate(beyond) == 0, name
        results = axe.run(page)
        if results.violations_count:
            found[name] = results.generate_report()
    assert found == {}


def test_axe_finds_nothing_in_the_editors_queue(site: str, open_page: Open) -> None:
    survey = Survey.objects.get(article__slug=ENGLISH)
    reply, other = make_reply(survey, TEXT, name=NAME), make_reply(survey)
    services.refuse(reply=other.pk, version=1, editor=make_staff("editor"), answer="Too long.")
    make_staff("editor", name="ed")
    page = open_page("/admin/polls/reply/", locale="en", bypass_csp=True)
    sign_in(page, "ed")
    for path in ("", f"{reply.pk}/change/", f"{other.pk}/change/"):
        page.goto(f"{site}/admin/polls/reply/{path}")
        own = axe.run(page, context="#content-main")
        assert own.violations_count == 0, (path, own.generate_report())
