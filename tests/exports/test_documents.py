"""docs/exports.md stays true."""

import re
from pathlib import Path

import pytest

from polls.exports import codebook
from polls.exports.rows import OpinionState, columns
from polls.models import Survey, read_questionnaire
from tests.exports.helpers import GUARD

TEXT = (Path(__file__).parents[2] / "docs/exports.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(table: str) -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)


def test_the_columns_of_every_survey_are_documented_in_their_order(survey: Survey) -> None:
    fixed = [
        c.key for c in columns(read_questionnaire(survey.pk)) if c.key in codebook.DESCRIPTIONS
    ]
    states = [str(state.value) for state in OpinionState]
    assert first_cells(section("Columns")) == fixed + states


@pytest.mark.parametrize("column", [column.key for column in codebook.COLUMNS])
def test_the_columns_of_the_codebook_are_documented(column: str) -> None:
    assert f"`{column}`" in section("The codebook")


def test_the_guard_is_removed_as_documented() -> None:
    assert GUARD in section("The formula guard")
