"""What a stranger's page can do in the browser of a reader who has answered: nothing.

The stranger is on 127.0.0.1, another site than ours on `localhost`; and on another port of
`localhost`, which to a browser is another origin of the same site, as a sibling's subdomain is.
(The browser complains of each try on its console; so these pages aren't `open_page`'s.)
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, Response, expect

from polls.embeds.snippets import snippets
from polls.lib.caching import forget
from polls.models import Opinion, Survey
from tests.browser.conftest import FRENCH
from tests.browser.forms import fill_in, send
from tests.browser.host import Host, serving

ARTICLE = f"/articles/{FRENCH}/"
RESPONSES = f"{ARTICLE}responses/"
EMBEDDED = f"/embed/{FRENCH}/responses/"
RESULTS = f"/api/v1/surveys/{FRENCH}/results.json"
# A whole answer: sent from our own page, it is stored.
WHOLE = {
    "item-credible": "1",
    "item-relevant": "1",
    "item-opinion": "D’un inconnu.",
    "consent_counting": "on",
}

# What a script of the page can read at an address; None where the browser lets it read nothing.
READ = """async ([address, options]) => {
  try { return await (await fetch(address, options)).text(); } catch { return null; }
}"""
POST_FORM = """([action, fields, target]) => {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action, target });
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""
LOOK_INTO = (
    "which => { try { return which().document.body.innerText } catch (e) { return e.name } }"
)
LETTERS = ["{ type: 'survey-height?', submit: true, draft: {} }", "'<img src=x onerror=alert(1)>'"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    opened.set_default_timeout(10_000)
    yield opened
    opened.context.close()


@pytest.fixture
def stranger(site: str) -> Iterator[Host]:
    with serving() as host:
        yield host


@pytest.fixture
def elsewhere(stranger: Host) -> list[str]:
    """The two origins of the stranger's page."""
    return [stranger.origin, stranger.origin.replace("127.0.0.1", "localhost")]


@pytest.fixture
def answered(french: Survey, site: str, page: Page) -> Page:
    """The browser of a reader who has answered, with the receipt open."""
    page.goto(site + ARTICLE)
    fill_in(page, "Le mien.")
    send(page)
    expect(page.locator(".ticket .code")).to_be_visible()
    return page


def texts() -> list[str]:
    return list(Opinion.objects.values_list("text", flat=True))


def post(page: Page | Frame, address: str, fields: dict[str, str], target: str = "_self") -> None:
    page.evaluate(POST_FORM, [address, fields, target])


def posted(page: Page, where: Page | Frame, address: str, *more: Any) -> Response:
    """What the server says to a form that a page or a frame in it sends."""
    with page.expect_response(address) as seen:
        post(where, address, *more)
    return seen.value


def test_the_same_form_is_taken_from_our_own_page(french: Survey, page: Page, site: str) -> None:
    """Without this the tests below would prove nothing."""
    page.goto(site + ARTICLE)
    assert posted(page, page, site + RESPONSES, WHOLE).status == 303
    expect(page.locator(".ticket .code")).to_be_visible()
    assert texts() == ["D’un inconnu."]


def test_a_form_on_a_strangers_page_stores_nothing_and_changes_nothing(
    answered: Page, elsewhere: list[str], site: str
) -> None:
    """The browser knows the reader, and the stranger even the code."""
    code = answered.locator(".ticket .code").inner_text()
    doors = [RESPONSES, EMBEDDED, *(f"/receipts/{act}/" for act in ("change", "withdraw", "leave"))]
    for origin in elsewhere:
        for door in doors:
            answered.goto(origin)
            answer = posted(answered, answered, site + door, {**WHOLE, "code": code})
            assert answer.status == 403, door
            expect(answered.locator("h1")).to_contain_text("n’a pas été envoyée depuis notre page")
    answered.goto(f"{site}/receipts/")
    expect(answered.locator(".answers")).to_be_visible()
    assert texts() == ["Le mien."]


def test_a_frame_without_an_origin_stores_nothing(
    french: Survey, page: Page, stranger: Host, site: str
) -> None:
    """In a sandbox a browser gives its Origin as `null`."""
    stranger.body = '<iframe sandbox="allow-scripts allow-forms" srcdoc="<p>"></iframe>'
    page.goto(stranger.origin)
    frame = page.locator("iframe").element_handle().content_frame()
    assert frame
    answer = posted(page, frame, site + RESPONSES, WHOLE)
    assert answer.request.header_value("origin") == "null"
    assert answer.status == 403
    assert texts() == []


def test_a_strangers_script_sends_nothing_and_reads_nothing(
    answered: Page, elsewhere: list[str], site: str
) -> None:
    own = {"credentials": "include"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    whole = own | {"method": "post", "body": "item-credible=1&item-relevant=1&consent_counting=on"}
    for origin in elsewhere:
        answered.goto(origin)
        for door in (RESPONSES, EMBEDDED, "/receipts/withdraw/"):
            blind = whole | {"mode": "no-cors", "headers": form}
            assert answered.evaluate(READ, [site + door, blind]) == ""
            for more in ({"headers": form}, {"headers": {"X-Own": "1"}}):
                assert answered.evaluate(READ, [site + door, whole | more]) is None
        for path in ("/receipts/", ARTICLE, "/admin/"):
            assert answered.evaluate(READ, [site + path, own]) is None, path
    assert texts() == ["Le mien."]


def test_figures_that_a_readers_cookie_opens_are_not_a_strangers(
    answered: Page, elsewhere: list[str], site: str
) -> None:
    own, public = {"credentials": "include"}, {"credentials": "omit"}

    def read(rule: str, options: dict[str, str]) -> Any:
        Survey.objects.update(results=rule)
        forget()
        said = answered.evaluate(READ, [site + RESULTS, options])
        return said and json.loads(said)

    assert read("after_answering", own)["respondents"] == 1
    for origin in elsewhere:
        answered.goto(origin)
        assert read("after_answering", own) is None
        assert read("after_answering", public) == {"error": "not found"}
        assert read("always", public)["respondents"] == 1


@pytest.mark.parametrize("path", [f"{ARTICLE}results/", "/admin/login/"])
def test_no_page_of_ours_is_framed(
    answered: Page, elsewhere: list[str], stranger: Host, site: str, path: str
) -> None:
    stranger.body = f'<iframe src="{site}{path}"></iframe>'
    for origin in elsewhere:
        answered.goto(origin)
        answered.wait_for_load_state("networkidle")
        frame = answered.locator("iframe").element_handle().content_frame()
        assert frame
        assert frame.url.startswith("chrome-error:")


def test_the_site_around_an_allowed_frame_looks_not_into_it_and_sends_nothing_for_it(
    french: Survey, page: Page, stranger: Host, site: str
) -> None:
    """The newspaper's own site: it may show the form, and do no more."""
    Survey.objects.update(embed_origins=stranger.origin)
    forget()
    snippet = snippets(Survey.objects.get(pk=french.pk), site)[0][1]
    stranger.body = snippet.replace("<iframe ", '<iframe name="ours" ')
    page.goto(stranger.origin)
    frame = page.locator("iframe").element_handle().content_frame()
    assert frame
    fill_in(frame, "Secret.")
    assert page.evaluate(f"({LOOK_INTO})(() => frames[0])") == "SecurityError"
    for letter in LETTERS:
        page.evaluate(f"frames[0].postMessage({letter}, '*')")
    expect(frame.locator("textarea")).to_have_value("Secret.")
    assert posted(page, page, site + EMBEDDED, WHOLE, "ours").status == 403
    assert texts() == []


def test_a_window_that_a_stranger_opens_is_out_of_its_reach(
    french: Survey, page: Page, elsewhere: list[str], site: str
) -> None:
    for origin in elsewhere:
        page.goto(origin)
        with page.context.expect_page() as opened:
            page.evaluate("address => { window.ours = open(address, 'ours') }", site + ARTICLE)
        window = opened.value
        fill_in(window, "Secret.")
        assert window.evaluate("opener") is None
        assert page.evaluate("ours.closed")  # severed: all that it would see of a closed one
        for letter in LETTERS:
            page.evaluate(f"ours.postMessage({letter}, '*')")
        expect(window.locator("textarea")).to_have_value("Secret.")
        window.close()
    assert texts() == []
