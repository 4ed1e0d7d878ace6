"""What a first view of the article costs, in requests and in bytes as they are sent, compressed."""

import gzip
from collections.abc import Callable

from playwright.sync_api import Page, Response, expect

from polls.answering.simulation import simulate
from polls.lib.caching import forget
from polls.models import Survey
from tests.browser.conftest import FRENCH
from tests.browser.forms import fill_in

Open = Callable[..., Page]
LIMIT = 30_000


def weight(answers: list[Response]) -> int:
    """Bytes of bodies as a proxy compresses them (the tests' server doesn't)."""
    return sum(len(gzip.compress(answer.body(), 6)) for answer in answers)


def watched(page: Page) -> list[Response]:
    """All that comes over the wire from now on; the icon is in the page itself."""
    came: list[Response] = []

    def note(answer: Response) -> None:
        if not answer.url.startswith("data:"):
            came.append(answer)

    page.on("response", note)
    return came


def test_a_first_view_weighs_less_than_thirty_kilobytes_in_three_requests(
    french: Survey, open_page: Open, site: str
) -> None:
    simulate(survey=french, responses=100, seed=1)
    Survey.objects.filter(pk=french.pk).update(results="always", results_from=1)
    forget()
    page = open_page("/")
    came = watched(page)
    page.goto(f"{site}/articles/{FRENCH}/")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".heard").first).to_be_visible()  # with the answers in it
    assert len(came) == 3, [answer.url for answer in came]
    assert weight(came) <= LIMIT


def test_what_helps_with_the_form_comes_when_a_reader_begins(
    french: Survey, open_page: Open, site: str
) -> None:
    page = open_page("/")
    came = watched(page)
    page.goto(f"{site}/articles/{FRENCH}/")
    page.wait_for_load_state("networkidle")
    assert len(came) == 3
    fill_in(page)
    expect(page.locator("#keeping")).to_be_visible()
    page.wait_for_load_state("networkidle")
    names = {answer.url.split("?")[0].rsplit("/", 1)[-1] for answer in came[3:]} - {""}
    assert names == {"draft.js", "sending.js"}
    assert weight(came) <= LIMIT
