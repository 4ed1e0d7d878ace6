"""The simulated attack: the rules do what `docs/integrity.md` says that they do."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from polls.models import Response, Survey
from polls.results import tallies
from tests.factories import make_staff
from tools.attack.report import Report, another_edition, attack, figures, table

DOCUMENT = Path(__file__).parents[2] / "docs" / "integrity.md"


@pytest.fixture
def sample(db: None) -> Survey:
    call_command("load_sample", stdout=StringIO())
    return another_edition(Survey.objects.select_related("article").get())


def share(report: Report, of: str, role: str) -> float:
    """Of those who were sent as `role`, the part that is in `of`."""
    caught = {"any": report.any_rule, "aside": report.set_aside}[of]
    return caught.by_role[role] / report.sent[role]  # type: ignore[index]


def test_most_of_a_script_is_caught_and_few_honest_readers_are_flagged(sample: Survey) -> None:
    report = attack(sample, make_staff("editor"))
    document = DOCUMENT.read_text(encoding="utf-8")
    assert table(report) in document
    assert figures(report) in document
    assert share(report, "any", "script") > 0.9
    assert share(report, "any", "honest") < 0.05
    assert share(report, "aside", "honest") < 0.02
    assert share(report, "aside", "campus") == 0
    low = report.low
    assert abs(low["adjusted"] - low["without the script"]) < 1 < low["raw"] - low["adjusted"]
    assert tallies.differences(sample.pk) == {}
    assert Response.objects.filter(excluded=True).count() == sum(report.set_aside.by_role.values())


def test_a_patient_script_is_hardly_seen_and_the_document_says_so(sample: Survey) -> None:
    report = attack(sample, make_staff("editor"), patient=True)
    document = DOCUMENT.read_text(encoding="utf-8")
    assert table(report) in document
    assert figures(report) in document
    assert share(report, "any", "script") < 0.05
