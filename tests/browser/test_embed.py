"""The frames on another site, as its readers meet them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Frame, Page, expect

from polls.embeds.snippets import form_frame, snippets
from polls.lib.caching import forget
from polls.models import Opinion, Response, Survey
from tests.browser.conftest import ENGLISH, FRENCH
from tests.browser.forms import choose, fill_in
from tests.browser.host import Host, serving
from tests.factories import make_opinion, make_response

Open = Callable[..., Page]
axe = Axe()
HEIGHT = "document.documentElement.getBoundingClientRect().height"
TOP = "frame => frame.getBoundingClientRect().top"
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def journal(site: str) -> Iterator[Host]:
    """The newspaper's own site, which may embed the sample surveys and has the French form."""
    with serving() as host:
        Survey.objects.update(embed_origins=host.origin)
        forget()
        host.body = snippet(site, FRENCH, 0)
        yield host


def snippet(site: str, slug: str, number: int) -> str:
    return snippets(Survey.objects.get(article__slug=slug), site)[number][1]


def frame_of(page: Page) -> Frame:
    """The frame of ours on the journal's page, once it is there."""
    frame = page.locator("iframe").element_handle().content_frame()
    assert frame
    frame.wait_for_selector("main")
    return frame


def send(frame: Frame) -> None:
    with frame.expect_navigation():
        frame.locator("#response-form button").click()


def height_of(page: Page) -> float:
    box = page.locator("iframe").bounding_box()
    assert box
    return box["height"]


def is_sized(page: Page, frame: Frame) -> bool:
    return 0 <= height_of(page) - float(frame.evaluate(HEIGHT)) < 1


def settled(
    page: Page, frame: Frame, wanted: Callable[[float], bool] = lambda height: True
) -> None:
    """Wait until the frame is as high as what is in it, and of the height that is wanted.

    A frame of another site learns of a new width, and tells its height, in its own time: until then
    it is still as high as it was, which is no sign that it has settled.
    """
    for _ in range(50):
        if wanted(height_of(page)) and is_sized(page, frame):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{height_of(page)} beside {frame.evaluate(HEIGHT)} in the frame")


def answer_and_come_back(page: Page, journal: Host) -> Frame:
    """Answer in the frame, see the receipt, and open the journal's page once more."""
    page.goto(journal.origin)
    frame = frame_of(page)
    fill_in(frame, "Depuis le journal.")
    send(frame)
    expect(frame.locator(".ticket .code")).to_be_visible()
    page.goto(journal.origin)
    return frame_of(page)


PLAIN = "document.cookie = 'plain=1; SameSite=None; Secure'; document.cookie"


def test_with_third_party_cookies_blocked_a_reader_answers_and_is_known_again(
    french: Survey, journal: Host, open_page: Open, site: str
) -> None:
    """(As Chromium blocks them in the contexts of these tests; the plain cookie shows it.)"""
    assert "plain" in open_page("/").evaluate(PLAIN)
    page = open_page("/")
    frame = answer_and_come_back(page, journal)
    assert "plain" not in frame.evaluate(PLAIN)
    stored = Response.objects.get()
    assert stored.channel == "embed"
    assert stored.opinion.text == "Depuis le journal."
    kept = page.context.cookies()
    assert [cookie["name"] for cookie in kept] == [f"answered-{stored.survey_id}"]
    assert kept[0].get("partitionKey") == "http://127.0.0.1"
    fill_in(frame, "Encore moi.")
    send(frame)
    expect(frame.locator("h1")).to_contain_text("déjà répondu")
    expect(frame.locator(".kept")).to_contain_text("Encore moi.")
    assert Response.objects.count() == 1


def test_a_frame_that_may_store_nothing_still_takes_an_answer_and_gives_its_receipt(
    french: Survey, journal: Host, open_page: Open
) -> None:
    page = open_page("/")
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }})"
    )
    answer_and_come_back(page, journal)
    assert Response.objects.get().channel == "embed"


def test_the_receipt_opens_in_a_page_of_its_own(
    french: Survey, journal: Host, open_page: Open
) -> None:
    page = open_page("/")
    page.goto(journal.origin)
    frame = frame_of(page)
    fill_in(frame)
    send(frame)
    with page.context.expect_page() as opened:
        frame.locator(".ticket .link a").click()
    receipt = opened.value
    expect(receipt.locator(".answers")).to_be_visible()
    assert "#" not in receipt.url
    expect(frame.locator(".ticket")).to_be_visible()


def test_a_second_answer_takes_the_place_of_the_first_in_a_page_of_its_own(
    french: Survey, journal: Host, open_page: Open
) -> None:
    page = open_page("/")
    page.goto(journal.origin)
    frame = frame_of(page)
    fill_in(frame)
    send(frame)
    code = frame.locator(".ticket .code").inner_text()
    page.goto(journal.origin)
    frame = frame_of(page)
    fill_in(frame)
    choose(frame, "credible", "5")
    send(frame)
    frame.fill("#code", code)
    with page.context.expect_page() as opened:
        frame.locator("form button").click()
    expect(opened.value.locator(".answers")).to_be_visible()
    assert Response.objects.get().answers["credible"] == "5"


def test_without_a_script_the_frame_scrolls_and_everything_works(
    french: Survey, journal: Host, open_page: Open
) -> None:
    page = open_page("/", width=360, java_script_enabled=False)
    page.goto(journal.origin)
    frame = frame_of(page)
    assert height_of(page) == form_frame(french.article).height
    frame.locator("#statement-2 summary").first.click()
    choose(frame, "s2-relevant", "5")
    frame.fill("textarea", "Sans script.")
    send(frame)
    expect(frame.locator("#errors li")).to_have_count(3)
    expect(frame.locator("textarea")).to_have_value("Sans script.")
    fill_in(frame)
    send(frame)
    expect(frame.locator(".ticket .code")).to_be_visible()
    stored = Response.objects.get()
    assert stored.channel == "embed"
    assert stored.answers["s2-relevant"] == "5"


def test_the_frame_is_as_high_as_what_is_in_it(
    french: Survey, journal: Host, open_page: Open
) -> None:
    page = open_page("/", width=360)
    page.goto(journal.origin)
    frame = frame_of(page)
    settled(page, frame)
    before = height_of(page)
    frame.locator("#statement-1 summary").first.click()
    settled(page, frame, lambda height: height > before)
    page.set_viewport_size({"width": 900, "height": 700})
    settled(page, frame, lambda height: height < before)


def test_a_loader_that_comes_late_asks_for_the_height(
    french: Survey, journal: Host, open_page: Open, site: str
) -> None:
    journal.body = journal.body.split("<script")[0]
    page = open_page("/", width=360)
    page.goto(journal.origin)
    frame = frame_of(page)
    page.wait_for_load_state("networkidle")
    assert height_of(page) == form_frame(french.article).height
    page.add_script_tag(url=f"{site}/embed.js")
    settled(page, frame)


def test_the_top_of_the_answer_comes_into_view(
    french: Survey, journal: Host, open_page: Open
) -> None:
    page = open_page("/", width=360)
    page.goto(journal.origin)
    frame = frame_of(page)
    settled(page, frame)
    fill_in(frame)
    assert page.locator("iframe").evaluate(TOP) < -500
    send(frame)
    expect(frame.locator(".ticket")).to_be_visible()
    settled(page, frame)
    assert page.locator("iframe").evaluate(TOP) == pytest.approx(0, abs=1)


def test_a_link_within_the_frame_brings_its_place_into_view(
    french: Survey, journal: Host, open_page: Open, site: str
) -> None:
    make_response(french)
    journal.body = snippet(site, FRENCH, 1)
    page = open_page("/", width=360)
    page.goto(journal.origin)
    frame = frame_of(page)
    settled(page, frame)
    frame.locator(".notice a").first.click()
    page.wait_for_function("scrollY > 500")
    expect(frame.locator("#identity")).to_be_visible()


HIGH = "{type: 'survey-height', height: 9999}"
SHOUT = f"<script>parent.postMessage({HIGH}, '*')</script>"


def is_heard(page: Page) -> bool:
    page.wait_for_timeout(400)
    return any(box.evaluate("box => box.offsetHeight >= 9999") for box in page.locator("*").all())


def test_only_our_own_frame_is_heard(french: Survey, journal: Host, open_page: Open) -> None:
    page = open_page("/")
    page.goto(journal.origin)
    frame = frame_of(page)
    settled(page, frame)
    page.evaluate(f"postMessage({HIGH}, '*')")  # the host's page itself
    assert not is_heard(page)
    frame.evaluate(f"parent.postMessage({HIGH}, '*')")
    assert is_heard(page)


def test_a_frame_of_another_site_is_not_heard(
    french: Survey, journal: Host, open_page: Open
) -> None:
    with serving() as stranger:
        stranger.body = SHOUT
        journal.body += f'<iframe src="{stranger.origin}"></iframe>'
        page = open_page("/")
        page.goto(journal.origin)
        assert not is_heard(page)


def test_our_frame_is_not_heard_once_another_site_is_in_it(
    french: Survey, journal: Host, open_page: Open
) -> None:
    with serving() as stranger:
        stranger.body = SHOUT
        page = open_page("/")
        page.goto(journal.origin)
        settled(page, frame_of(page))
        page.evaluate("there => frames[0].location = there", stranger.origin)
        assert not is_heard(page)


@pytest.mark.parametrize("height", ["'9999'", "-1", "NaN", "Infinity", "null", "{}"])
def test_a_height_that_is_none_is_ignored(
    french: Survey, journal: Host, open_page: Open, height: str
) -> None:
    page = open_page("/")
    page.goto(journal.origin)
    frame = frame_of(page)
    settled(page, frame)
    frame.evaluate(f"parent.postMessage({{type: 'survey-height', height: {height}}}, '*')")
    page.wait_for_timeout(200)
    assert is_sized(page, frame)


def test_each_frame_of_a_page_has_its_own_height(
    french: Survey, journal: Host, open_page: Open, site: str
) -> None:
    journal.body = snippet(site, FRENCH, 2) + journal.body
    page = open_page("/")
    page.goto(journal.origin)
    page.wait_for_load_state("networkidle")
    for _ in range(50):
        card, form = (
            box.evaluate("box => box.offsetHeight") for box in page.locator("iframe").all()
        )
        inside = [round(frame.evaluate(HEIGHT) + 0.5) for frame in page.frames[1:]]
        if [card, form] == pytest.approx(inside, abs=1):
            break
        page.wait_for_timeout(100)
    assert [card, form] == pytest.approx(inside, abs=1)
    assert card < form


def test_only_the_surveys_own_sites_can_frame_it(
    french: Survey, journal: Host, browser: Browser, site: str
) -> None:
    with serving() as stranger:
        stranger.body = journal.body
        page = browser.new_page()
        for host, may in ((journal, True), (stranger, False)):
            page.goto(host.origin)
            page.wait_for_load_state("networkidle")
            inside = page.locator("iframe").element_handle().content_frame()
            assert inside
            assert (inside.locator("#response-form").count() == 1) is may
        for path in (f"/articles/{FRENCH}/", "/receipts/"):
            journal.body = f'<iframe src="{site}{path}"></iframe>'
            page.goto(journal.origin)
            page.wait_for_load_state("networkidle")
            inside = page.locator("iframe").element_handle().content_frame()
            assert inside
            assert inside.locator(".mast").count() == 0
        page.context.close()


def test_results_that_are_not_public_leave_no_fault_of_the_browser_in_the_frame(
    french: Survey, journal: Host, open_page: Open, site: str
) -> None:
    journal.body = snippet(site, FRENCH, 1)
    Survey.objects.update(results="staff")
    forget()
    page = open_page("/")
    page.goto(journal.origin)
    frame = frame_of(page)
    expect(frame.locator("h1")).to_be_visible()
    settled(page, frame)


def frames(
    open_page: Open, site: str, journal: Host, slug: str, **options: Any
) -> Iterator[tuple[str, Page, Frame]]:
    """Every state of our frames on the journal's page."""
    survey = Survey.objects.get(article__slug=slug)
    for number in range(35):
        make_response(survey, answers={"credible": str(number % 5 + 1), "s1-credible": "2"})
    make_opinion(survey, "Avis مرحبا " + "anticonstitutionnellement" * 3)
    Opinion.objects.update(status="published")
    page = open_page("/", **options)
    for number, name in enumerate(["form", "results", "statement"]):
        journal.body = snippet(site, slug, number)
        page.goto(journal.origin)
        frame = frame_of(page)
        for summary in frame.locator("summary").all():
            summary.click()
        yield name, page, frame
    journal.body = snippet(site, slug, 0)
    page.goto(journal.origin)
    frame = frame_of(page)
    send(frame)
    yield "errors", page, frame
    fill_in(frame, "Un avis.")
    send(frame)
    yield "receipt", page, frame
    page.goto(journal.origin)
    frame = frame_of(page)
    fill_in(frame, "Un second avis.")
    send(frame)
    yield "second answer", page, frame


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("slug", [FRENCH, ENGLISH])
def test_axe_finds_nothing_in_any_frame(
    site: str, journal: Host, open_page: Open, slug: str, scheme: str
) -> None:
    found = {}
    for name, _page, frame in frames(open_page, site, journal, slug, color_scheme=scheme):
        results = axe.run(frame)
        if results.violations_count:
            found[name] = results.generate_report()
    assert found == {}


@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_overflows_in_any_frame(
    site: str, journal: Host, open_page: Open, width: int
) -> None:
    for name, page, frame in frames(open_page, site, journal, FRENCH, width=width):
        settled(page, frame)
        assert frame.evaluate(BEYOND) == 0, name
        assert frame.locator("h1").count() == 1, name
