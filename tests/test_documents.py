"""The documents are true as far as a machine can tell."""

import re
from pathlib import Path

import pytest

from tools.pages.listing import NEWSROOM, READERS

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("bench/*.md")])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (path.parent / target).exists()]
    assert missing == []


def test_the_contact_sheet_shows_every_page_and_every_picture_of_it() -> None:
    text = (ROOT / "docs/contact-sheet.md").read_text(encoding="utf-8")
    sheets = re.findall(r"!\[([^]]+)\]\(pictures/contact/([^)]+)\)", text)
    shown = ", ".join(names for names, _file in sheets)
    assert shown == ", ".join(stop.name for stop in READERS + NEWSROOM)
    drawn = {path.name for path in (ROOT / "docs/pictures/contact").iterdir()}
    assert drawn == {file for _names, file in sheets}


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    read = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "surveysite/settings.py").read_text())
    read += ["DATABASE_URL"]
    table = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    assert set(read) == set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))


def test_the_numbers_and_switches_of_the_settings_are_documented_as_they_are() -> None:
    source = (ROOT / "surveysite/settings.py").read_text()
    kept = re.findall(r'env\.(?:int|bool)\("([A-Z_]+)", default=(\w+)\)', source)
    table = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"^\| `([A-Z_]+)` \| `(\w+)`", table, re.MULTILINE))
    assert len(kept) > 15
    for name, value in kept:
        if name != "SECOND_FACTOR":  # what it is depends on DEBUG
            assert said[name] == value.replace("_", "").lower(), name


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        named = re.findall(r"(?:^    |`)(?:PORT=\d+ )?make ([a-z-]+)", text, re.MULTILINE)
        assert set(named) <= targets, path


def test_every_fault_that_is_tried_is_documented_and_every_documented_one_is_tried() -> None:
    text = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
    tried = {
        (path.name, name)
        for path in (ROOT / "tests/faults").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    assert set(re.findall(r"`faults/(\w+\.py)::(\w+)`", text)) == tried


def test_every_file_that_is_named_exists() -> None:
    known = re.compile(r"`((?:polls|tests|tools|docs|surveysite|templates)/[\w./-]+\.\w+)`")
    for path in DOCUMENTS:
        for name in known.findall(path.read_text(encoding="utf-8")):
            assert (ROOT / name).exists(), (path, name)


def test_the_api_document_names_every_key_of_the_answer(survey: object) -> None:
    import json

    from tests.factories import make_response
    from tests.reader import Reader

    make_response(survey)  # type: ignore[arg-type]
    data = json.loads(Reader().get("/api/v1/surveys/pont/results.json").content)
    named = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs/api.md").read_text(encoding="utf-8")))
    item = data["items"][0]
    assert {*data, *item, *item["choices"][0]} <= named
