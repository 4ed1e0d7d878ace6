"""The results page follows new answers while somebody looks at it, and disturbs nobody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from polls.lib.caching import forget
from polls.models import Survey
from tests.browser.conftest import FRENCH
from tests.factories import make_response

Open = Callable[..., Page]
RESULTS = f"/articles/{FRENCH}/results/"
MINUTE = 60_000
FIRST = "#item-credible tbody tr:first-child td"


@pytest.fixture
def public(french: Survey) -> Survey:
    """A survey whose results anybody sees, with three answers."""
    Survey.objects.filter(pk=french.pk).update(results="always", results_from=1)
    for _ in range(3):
        answer(french)
    forget()
    return french


def answer(survey: Survey) -> None:
    make_response(survey, answers={"credible": "1", "relevant": "4", "s1-credible": "2"})


def looking(open_page: Open, site: str, **options: object) -> tuple[Page, list[str]]:
    """A page whose clock is the test's, and what it asks the server for from now on."""
    page = open_page("/", **options)
    page.clock.install()
    page.goto(site + RESULTS)
    expect(page.locator("#live button")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return page, asked


def later(page: Page, milliseconds: int = MINUTE) -> None:
    page.clock.fast_forward(milliseconds)
    page.wait_for_timeout(400)


def test_new_answers_appear_and_nothing_else_changes(
    public: Survey, open_page: Open, site: str
) -> None:
    page, _asked = looking(open_page, site, reduced_motion="reduce")
    expect(page.locator(FIRST).first).to_have_text("3")
    link = page.locator(".statement a").first
    link.focus()
    page.locator("details").first.evaluate("folded => folded.open = true")
    place = link.bounding_box()
    assert place
    assert page.evaluate("scrollY") > 100
    answer(public)
    later(page)
    expect(page.locator(FIRST).first).to_have_text("4")
    expect(page.locator(".by").first).to_contain_text("4 réponses")
    expect(page.locator("#live [role=status]")).not_to_have_text("")
    expect(link).to_be_focused()
    expect(page.locator("details").first).to_have_attribute("open", "")
    now = link.bounding_box()
    assert now
    assert abs(now["y"] - place["y"]) < 1  # lines round by a part of a pixel


def test_nothing_is_said_aloud_when_nobody_has_answered_since(
    public: Survey, open_page: Open, site: str
) -> None:
    page, asked = looking(open_page, site)
    later(page)
    assert len(asked) == 1
    expect(page.locator("#live [role=status]")).to_have_text("")


def test_the_first_answer_fills_an_empty_page(french: Survey, open_page: Open, site: str) -> None:
    Survey.objects.filter(pk=french.pk).update(results="always", results_from=1)
    forget()
    page, _asked = looking(open_page, site)
    expect(page.locator("#figures .empty")).to_be_visible()
    answer(french)
    later(page)
    expect(page.locator("#figures .empty")).to_have_count(0)
    expect(page.locator(FIRST).first).to_have_text("1")
    expect(page.locator("#figures svg.bar").first).to_be_visible()


def test_most_of_the_time_nothing_is_sent_again(public: Survey, open_page: Open, site: str) -> None:
    page, _asked = looking(open_page, site)
    with page.expect_response(site + RESULTS) as first:
        page.clock.fast_forward(MINUTE)
    headers = first.value.request.all_headers()
    assert "if-none-match" in headers or headers["cache-control"] in ("no-cache", "max-age=0")


def test_it_can_be_paused_and_goes_on(public: Survey, open_page: Open, site: str) -> None:
    page, asked = looking(open_page, site)
    button = page.locator("#live button")
    button.click()
    expect(button).to_have_text(button.get_attribute("data-go") or "")
    later(page, 10 * MINUTE)
    assert asked == []
    button.click()
    expect(button).to_have_text(button.get_attribute("data-pause") or "")
    later(page)
    assert len(asked) == 1


def hide(page: Page, hidden: bool) -> None:
    page.evaluate(
        """value => { Object.defineProperty(document, "hidden", {value, configurable: true});
                      document.dispatchEvent(new Event("visibilitychange")); }""",
        hidden,
    )


def test_nothing_is_asked_for_while_nobody_looks(
    public: Survey, open_page: Open, site: str
) -> None:
    page, asked = looking(open_page, site)
    hide(page, True)
    answer(public)
    later(page, 20 * MINUTE)
    assert asked == []
    hide(page, False)
    expect(page.locator(FIRST).first).to_have_text("4")
    assert len(asked) == 1
    later(page)
    assert len(asked) == 2


def test_after_half_an_hour_it_rests_until_asked(
    public: Survey, open_page: Open, site: str
) -> None:
    page, asked = looking(open_page, site)
    later(page, 31 * MINUTE)
    later(page, 31 * MINUTE)
    assert len(asked) <= 1
    button = page.locator("#live button")
    expect(button).to_have_text(button.get_attribute("data-go") or "")


def test_a_server_that_fails_is_asked_less_and_less(
    public: Survey, open_page: Open, site: str
) -> None:
    page, asked = looking(open_page, site, faulty=True)
    page.route("**" + RESULTS, lambda route: route.fulfill(status=503, body="away"))
    for _ in range(8):
        later(page)
    assert 1 <= len(asked) <= 4
    expect(page.locator(FIRST).first).to_have_text("3")


def test_figures_that_are_no_longer_shown_are_asked_for_no_more(
    public: Survey, open_page: Open, site: str
) -> None:
    page, asked = looking(open_page, site)
    Survey.objects.update(results="staff")
    forget()
    later(page)
    status = page.locator("#live [role=status]")
    expect(status).to_have_text(status.get_attribute("data-ended") or "")
    expect(page.locator("#live button")).to_have_count(0)
    later(page, 5 * MINUTE)
    assert len(asked) == 1


def test_when_the_consultation_closes_the_last_figures_stand(
    public: Survey, open_page: Open, site: str
) -> None:
    page, _asked = looking(open_page, site)
    answer(public)
    Survey.objects.update(closes_at=timezone.now() - timedelta(seconds=1))
    forget()
    later(page)
    expect(page.locator(FIRST).first).to_have_text("4")
    expect(page.locator("#live button")).to_have_count(0)
    page.reload()
    expect(page.locator("#live")).to_have_count(0)


def test_without_a_script_there_is_no_word_of_it(
    public: Survey, open_page: Open, site: str
) -> None:
    page = open_page(RESULTS, java_script_enabled=False)
    expect(page.locator("#live")).to_be_hidden()
    expect(page.locator(FIRST).first).to_have_text("3")


def test_nothing_moves_when_the_script_comes(public: Survey, open_page: Open, site: str) -> None:
    page = open_page(RESULTS, width=360)
    expect(page.locator("#live button")).to_be_visible()
    shift = page.evaluate(
        """new Promise(done => { let sum = 0;
             new PerformanceObserver(list => list.getEntries().forEach(e => sum += e.value))
               .observe({type: "layout-shift", buffered: true});
             setTimeout(() => done(sum), 500); })"""
    )
    assert shift < 0.01


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_its_states(
    public: Survey, open_page: Open, site: str, scheme: str
) -> None:
    page, _asked = looking(open_page, site, color_scheme=scheme, width=360)
    answer(public)
    later(page)
    updated = Axe().run(page)
    page.locator("#live button").click()
    paused = Axe().run(page)
    assert updated.violations_count == 0, updated.generate_report()
    assert paused.violations_count == 0, paused.generate_report()
