"""A reader's way through every state of one consultation, and what its pages ask of others.

`tests/browser/everywhere` opens all pages, French in the light and English in the dark; the way
here is gone in the other two.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from polls.answering.simulation import simulate
from polls.lib.caching import forget
from polls.models import Appeal, FlagGroup, Milestone, Opinion, Response, Survey
from polls.moderation.appeals import decide_appeal
from polls.moderation.services import Action, decide
from polls.results import tallies
from polls.results.releases.frozen import Chosen
from polls.results.releases.services import publish_release
from tests.browser.conftest import ENGLISH, FRENCH
from tests.browser.forms import fill_in, send
from tests.factories import make_opinion, make_staff

Open = Callable[..., Page]
axe = Axe()


def answered(survey: Survey) -> None:
    """Simulated readers, some of them set aside, texts of every kind, and a release of it all."""
    simulate(survey=survey, responses=120, seed=1)
    for number in range(3):
        make_opinion(survey, f"Avis {number} مرحبا " + "anticonstitutionnellement" * 3)
    Opinion.objects.exclude(response__channel="simulation").update(status="published")
    now = timezone.now()
    FlagGroup.objects.create(
        survey=survey, rule="burst", version=1, key="k", score=9, threshold=5, size=7, set_aside=7,
        first_at=now, last_at=now,
    )  # fmt: skip
    aside = Response.objects.filter(survey=survey).order_by("pk").values("pk")[:7]
    Response.objects.filter(pk__in=list(aside.values_list("pk", flat=True))).update(excluded=True)
    tallies.rebuild(survey.pk)
    Milestone.objects.create(article=survey.article, at=now, kind="correction", text="Un montant.")
    pairs = (("age", "credible"), ("credible", "relevant"))
    chosen = Chosen(pairs, trends=True, scenario=True)
    publish_release(survey=survey, by=None, title="Réponses", commentary="Un *mot*.", chosen=chosen)
    forget()


def readers_pages(open_page: Open, slug: str, **options: object) -> Iterator[tuple[str, Page]]:
    """Every state that a reader can come to, as name and page."""
    survey = Survey.objects.get(article__slug=slug)
    answered(survey)
    page = open_page(f"/articles/{slug}/", **options)
    for summary in page.locator("summary").all():
        summary.click()
    yield "article", page
    send(page)
    yield "errors", page
    fill_in(page, "Un avis.")
    send(page)
    yield "receipt", page
    yield from contested(page, survey)
    page.goto(page.url.split("?")[0] + "change/")
    yield "change", page
    base = page.url.split("/receipts")[0]
    page.goto(f"{base}/articles/{slug}/")
    fill_in(page, "Un second avis.")
    send(page)
    yield "second answer", page
    for name, path in (
        ("results", f"/articles/{slug}/results/"),
        ("releases", f"/articles/{slug}/releases/"),
        ("release", f"/articles/{slug}/releases/1/"),
        ("rules", f"/articles/{slug}/rules/"),
        ("personal data", f"/articles/{slug}/privacy/"),
        ("moderation in figures", "/transparency/"),
        ("front page", "/"),
        ("not found", "/rien/"),
    ):
        page.goto(base + path)
        yield name, page
    page.context.clear_cookies()
    page.goto(f"{base}/receipts/?lang={'en' if slug == ENGLISH else 'fr'}")
    yield "open a receipt", page
    Survey.objects.filter(pk=survey.pk).update(closes_at=timezone.now() - timedelta(days=1))
    forget()
    page.goto(f"{base}/articles/{slug}/")
    yield "closed", page


def contested(page: Page, survey: Survey) -> Iterator[tuple[str, Page]]:
    """The receipt of a text that is rejected, contested, and published on appeal."""
    opinion = Opinion.objects.filter(survey=survey).latest("pk")
    rule = survey.rules.get(key="privacy")
    first, second = make_staff("moderator"), make_staff("moderator")
    versions = {opinion.pk: opinion.version}
    decide(versions=versions, action=Action.REJECT, moderator=first, rule=rule, reason="Non.")
    page.reload()
    page.locator("details.contest summary").click()
    yield "rejected", page
    page.fill("#appeal", "Si.")
    page.locator("#appeal-form button").click()
    yield "contested", page
    appeal = Appeal.objects.get(opinion=opinion)
    decide_appeal(appeal=appeal.pk, upheld=True, by=second, answer="En effet.")
    page.reload()
    yield "upheld", page


@pytest.mark.parametrize(("slug", "scheme"), [(FRENCH, "dark"), (ENGLISH, "light")])
def test_axe_finds_nothing_on_any_readers_page(
    site: str, open_page: Open, slug: str, scheme: str
) -> None:
    found = {}
    for name, page in readers_pages(open_page, slug, color_scheme=scheme):
        results = axe.run(page)
        if results.violations_count:
            found[name] = results.generate_report()
    assert found == {}


def test_a_first_view_asks_three_things_of_us_and_nothing_of_others(
    site: str, open_page: Open
) -> None:
    page = open_page("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/articles/{FRENCH}/")
    page.wait_for_load_state("networkidle")
    icon = [url for url in asked if url.endswith(".svg")]
    assert len(asked) - len(icon) <= 3, asked
    assert all(url.startswith(site) for url in asked)
    assert page.context.cookies() == []


def test_nothing_moves_while_the_article_loads(site: str, open_page: Open) -> None:
    page = open_page(f"/articles/{FRENCH}/", width=360)
    shift = page.evaluate(
        """new Promise(done => new PerformanceObserver(list =>
             done(list.getEntries().reduce((sum, entry) => sum + entry.value, 0)))
             .observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 500))"""
    )
    assert shift < 0.01


EVIL = """<form method="post" action="{target}">
<input name="item-credible" value="5"><input name="item-relevant" value="5">
<input name="consent_counting" value="on"><button>Gagner</button></form>"""


def test_another_site_cannot_send_a_form_here(french: Survey, open_page: Open, site: str) -> None:
    """`localhost` and `127.0.0.1` are two sites to a browser."""
    there = site.replace("localhost", "127.0.0.1")
    assert there != site
    target = f"{site}/articles/{FRENCH}/responses/"
    page = open_page("/")
    page.route(
        f"{there}/evil",
        lambda route: route.fulfill(body=EVIL.format(target=target), content_type="text/html"),
    )
    page.goto(f"{there}/evil")
    with page.expect_response(target) as answer:
        page.locator("button").click()
    assert answer.value.status == 403
    assert not Response.objects.exists()
