"""The habits of the house that a machine can hold (`make check` holds the others)."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path
    for folder in ("polls", "surveysite", "tools")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_outgrows_its_name(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_no_signals_and_no_queries_in_templates() -> None:
    for path in SOURCES:
        assert "post_save" not in path.read_text(encoding="utf-8")
    for path in (ROOT / "templates").rglob("*.html"):
        assert ".objects" not in path.read_text(encoding="utf-8")
