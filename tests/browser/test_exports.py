"""An editor's exports in the browser: ordered, watched, cancelled, made again, downloaded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from polls.models import PreparedExport, Survey
from tests.browser.forms import sign_in
from tests.exports.helpers import records
from tests.factories import make_opinion, make_staff

Open = Callable[..., Page]
axe = Axe()


@pytest.fixture(autouse=True)
def background(settings: Any, tmp_path: Path) -> None:
    """Orders wait in the database until `work` is called."""
    settings.EXPORTS_DIR = tmp_path / "exports"
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def work() -> None:
    call_command("db_worker", "--batch", "--no-startup-delay", "--no-reload", verbosity=0)


def at_work(open_page: Open, survey: Survey, **options: Any) -> Page:
    make_staff("editor", name="ed")
    page = open_page(f"/admin/polls/survey/{survey.pk}/export/", locale="en", **options)
    sign_in(page, "ed")
    return page


def order(page: Page, **radios: str) -> None:
    for name, value in radios.items():
        page.check(f"[name={name}][value={value}]")
    page.get_by_role("button", name="Export", exact=True).click()


def test_a_workbook_is_ordered_watched_and_downloaded(
    french: Survey, open_page: Open, tmp_path: Path
) -> None:
    make_opinion(french, "Un avis.")
    page = at_work(open_page, french)
    order(page, file_format="xlsx")
    entry = page.locator(".prepared li")
    expect(entry).to_contain_text("Waiting")
    now = timezone.now()
    PreparedExport.objects.update(state="running", rows=1, total=4, touched_at=now)
    expect(entry.locator("progress")).to_have_attribute("value", "25")  # nobody pressed anything
    PreparedExport.objects.update(state="waiting")
    work()
    expect(entry).to_contain_text("Ready · 1 row")
    with page.expect_download() as downloading:
        entry.get_by_role("button", name="Download").click()
    file = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(file)
    assert file.name == "stargate-musk-1-internal-responses.xlsx"
    assert openpyxl.load_workbook(file)["responses"].max_row == 2


def test_an_order_is_cancelled_and_given_again_without_a_script(
    french: Survey, open_page: Open
) -> None:
    page = at_work(open_page, french, java_script_enabled=False)
    order(page, file_format="sav")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".prepared li")).to_contain_text("Cancelled")
    page.get_by_role("button", name="Prepare again").click()
    expect(page.locator(".prepared li")).to_have_count(2)
    work()
    page.reload()
    expect(page.locator(".prepared li").first).to_contain_text("Ready · 0 rows")


def test_csv_comes_at_once_and_what_isn_t_possible_isn_t_offered(
    french: Survey, open_page: Open, tmp_path: Path
) -> None:
    make_opinion(french, "Un avis.")
    page = at_work(open_page, french)
    page.check("[name=content][value=opinions]")
    for offered in ("xlsx", "sav", "parquet", "package"):
        expect(page.locator(f"[name=file_format][value={offered}]")).to_be_hidden()
    page.check("[name=content][value=responses]")
    with page.expect_download() as downloading:
        order(page, file_format="csv")
    file = tmp_path / "answers.csv"
    downloading.value.save_as(file)
    assert [row["opinion"] for row in records(file.read_bytes())] == ["Un avis."]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_overflows(
    french: Survey, open_page: Open, width: int, scheme: str
) -> None:
    # axe looks at styles in ways that a strict policy forbids on its behalf.
    page = at_work(open_page, french, width=width, color_scheme=scheme, bypass_csp=True)
    editor = User.objects.get(username="ed")
    for state, problem in (("done", ""), ("running", ""), ("failed", "stopped"), ("waiting", "")):
        PreparedExport.objects.create(
            survey=french,
            maker=editor,
            maker_name="Anticonstitutionnellement-" * 4,
            content="responses",
            file_format="parquet",
            chosen={"channel": "page,embed", "state": "published,held,rejected"},
            state=state,
            problem=problem,
            rows=50,
            total=100,
            sha256="0" * 64,
            touched_at=timezone.now(),
            expires_at=timezone.now(),
        )
    page.reload()
    page.locator("summary").click()
    own = axe.run(page, context="#content-main")
    assert own.violations_count == 0, own.generate_report()
    beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(beyond) == 0
