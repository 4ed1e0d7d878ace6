"""The table of docs/security.md names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
WORDS = (ROOT / "docs/security.md").read_text(encoding="utf-8")


def test_every_test_that_is_named_exists() -> None:
    named = NAMED.findall(WORDS)
    assert len(named) > 60
    missing = [
        f"{path}::{name}"
        for path, name in named
        if f"\ndef {name}(" not in (ROOT / "tests" / path).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_every_case_names_a_test() -> None:
    rows = [line for line in WORDS.splitlines() if line.startswith("| ")]
    cases = [row for row in rows if not row.startswith(("| case ", "| --- "))]
    assert len(cases) > 50
    assert [case for case in cases if not NAMED.search(case)] == []


def test_every_test_of_this_folder_is_in_the_table() -> None:
    """A control, which the test beside it needs to prove anything, and this file, aren't."""
    controls = {
        "test_a_choice_that_is_offered_is_taken_at_every_door",
        "test_a_whole_letter_is_taken",
    }
    controls |= {"test_the_table_of_addresses_is_read_whole"}
    written = {
        name
        for path in Path(__file__).parent.glob("test_*.py")
        if path != Path(__file__)
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert written - controls - {name for _path, name in NAMED.findall(WORDS)} == set()
