"""A reader reports a text, a moderator decides, the reader reads the decision: in a browser."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from polls.models import Notice, Opinion, Survey
from tests.browser.conftest import ENGLISH, FRENCH
from tests.browser.forms import sign_in
from tests.factories import make_opinion, make_staff

Open = Callable[..., Page]
TEXT = "Ce ministre est un voleur, tout le monde le sait."
axe = Axe()
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def published(slug: str) -> Opinion:
    survey = Survey.objects.get(article__slug=slug)
    opinion = make_opinion(survey, TEXT)
    Opinion.objects.filter(pk=opinion.pk).update(
        status="published", decided_at=opinion.submitted_at
    )
    return opinion


def report(page: Page) -> None:
    """From the text among the results to the acknowledgement."""
    page.locator(".opinion .report a").click()
    page.locator('label:has(input[value="illegal"])').click()
    page.fill("#id_explanation", "Il n’a jamais été condamné.")
    page.check("#id_good_faith")
    page.locator("#response-form button").click()
    page.wait_for_url("**/receipts/**")


@pytest.mark.parametrize("script", [True, False])
def test_a_text_is_reported_decided_and_the_decision_read(
    french: Survey, open_page: Open, script: bool
) -> None:
    published(FRENCH)
    path = f"/articles/{FRENCH}/results/"
    reader = open_page(path, width=360, java_script_enabled=script)
    report(reader)
    link = reader.locator(".ticket .link a").get_attribute("href") or ""
    expect(reader.locator(".kept").first).to_contain_text("un voleur")

    make_staff("moderator", name="mo")
    moderator = open_page("/admin/polls/notice/", locale="fr")
    sign_in(moderator, "mo")
    case = moderator.locator(".case")
    expect(case).to_contain_text("un voleur")
    expect(case).to_contain_text("jamais été condamné")
    case.locator("select").select_option(label="Diffamation")
    case.locator("textarea").fill("Un fait grave, sans preuve.")
    case.locator('button[value="reject"]').click()
    expect(moderator.locator(".messagelist .success")).to_be_visible()
    expect(moderator.locator(".case")).to_have_count(0)

    reader.reload()
    expect(reader.locator(".reason")).to_contain_text("Diffamation")
    expect(reader.locator(".reason")).to_contain_text("Un fait grave, sans preuve.")
    assert "un voleur" not in reader.content()
    reader.goto(reader.url.split("/receipts")[0] + path)
    expect(reader.locator(".opinion")).to_have_count(0)
    if script:
        elsewhere = open_page("/")
        elsewhere.goto(link)
        expect(elsewhere.locator(".reason")).to_contain_text("Diffamation")


def test_mistakes_take_the_focus_and_lead_to_their_field(french: Survey, open_page: Open) -> None:
    published(FRENCH)
    page = open_page(f"/articles/{FRENCH}/results/", java_script_enabled=False)
    page.locator(".opinion .report a").click()
    page.locator('label:has(input[value="threat"])').click()
    page.fill("#id_passage", "un voleur")
    page.locator("#response-form button").click()
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#id_passage")).to_have_value("un voleur")
    page.locator("#errors a").first.click()
    expect(page.locator("#id_explanation")).to_be_focused()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("slug", "width", "scheme"),
    [
        (FRENCH, 320, "light"),
        (FRENCH, 1280, "dark"),
        (ENGLISH, 360, "dark"),
        (ENGLISH, 768, "light"),
    ],
)
def test_axe_finds_nothing_and_nothing_overflows(
    site: str, open_page: Open, slug: str, width: int, scheme: str
) -> None:
    opinion = published(slug)
    page = open_page(f"/articles/{slug}/results/", width=width, color_scheme=scheme)
    page.goto(f"{site}/opinions/{opinion.public_id}/notice/")
    found = {"form": _faults(page)}
    page.locator("#response-form button").click()
    expect(page.locator("#errors")).to_be_visible()
    found["errors"] = _faults(page)
    page.goto(f"{site}/articles/{slug}/results/")
    found["link"] = _faults(page)
    report(page)
    found["acknowledgement"] = _faults(page)
    Opinion.objects.update(status="held")
    page.goto(f"{site}/opinions/{opinion.public_id}/notice/")
    found["gone"] = _faults(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def _faults(page: Page) -> str:
    results = axe.run(page)
    overflow = page.evaluate(BEYOND)
    told = results.generate_report() if results.violations_count else ""
    return f"{told}{overflow} px too wide" if told or overflow else ""


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_the_newsrooms_pages(
    french: Survey, open_page: Open, width: int
) -> None:
    published(FRENCH)
    report(open_page(f"/articles/{FRENCH}/results/"))
    make_staff("moderator", name="mo")
    # axe looks at styles in ways that a strict policy forbids on its behalf.
    page = open_page("/admin/polls/notice/", width=width, locale="fr", bypass_csp=True)
    sign_in(page, "mo")
    number = Notice.objects.get().pk
    for path in ("", f"{number}/change/", "decided/"):
        page.goto(page.url.split("/admin")[0] + f"/admin/polls/notice/{path}")
        own = axe.run(page, context="#content-main")
        assert own.violations_count == 0, (path, own.generate_report())
