"""`manage.py export`: files that are whole or aren't there, and the line in the record."""

import io
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from polls.exports import orders, rows, services
from polls.exports.table import Rows
from polls.models import AuditEvent, Blackout, Response, Survey
from tests.exports.helpers import records, table
from tests.factories import make_draft, make_response


def export(output: Path | str, *arguments: str, slug: str = "pont") -> str:
    out = io.StringIO()
    call_command("export", slug, *arguments, output=str(output), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def broken_after(number: int, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """From here on the reading of rows breaks after some of them."""
    whole = rows.rows

    def broken(*args: Any) -> Iterator[Any]:
        for index, row in enumerate(whole(*args)):
            if index == number:
                raise error
            yield row

    monkeypatch.setattr(orders, "rows", lambda *args, **kwargs: Rows(broken(*args)))


def test_it_writes_the_file_and_its_codebook_and_says_so(survey: Survey, tmp_path: Path) -> None:
    make_response(survey)
    file, book = tmp_path / "avis.csv", tmp_path / "avis-codebook.csv"
    assert export(file) == f"1 row\n{file}\n{book}\n"
    assert sorted(tmp_path.iterdir()) == [book, file]
    assert len(records(file.read_bytes())) == 1
    assert records(book.read_bytes())[0]["column"] == "response_id"


def test_the_files_are_for_their_maker_only(survey: Survey, tmp_path: Path) -> None:
    export(tmp_path / "avis.csv")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {0o600}


def test_the_delimiter_may_be_a_semicolon_in_both_files(survey: Survey, tmp_path: Path) -> None:
    make_response(survey)
    export(tmp_path / "avis.csv", "--delimiter", "semicolon")
    for name in ("avis.csv", "avis-codebook.csv"):
        header, *_rows = table((tmp_path / name).read_bytes(), ";")
        assert len(header) > 5


def test_it_exports_the_newest_published_edition_or_the_one_named(
    survey: Survey, tmp_path: Path
) -> None:
    make_response(survey)
    make_draft(survey.article, edition=2)
    export(tmp_path / "newest.csv")
    export(tmp_path / "second.csv", "--edition", "2")
    assert len(records((tmp_path / "newest.csv").read_bytes())) == 1
    assert records((tmp_path / "second.csv").read_bytes()) == []


def test_what_is_not_there_is_named(survey: Survey, tmp_path: Path) -> None:
    make_draft(survey.article, edition=2)
    with pytest.raises(CommandError, match="No survey at “nulle-part”"):
        export(tmp_path / "x.csv", slug="nulle-part")
    with pytest.raises(CommandError, match=r"No edition 7 at “pont”; there is 1, 2\."):
        export(tmp_path / "x.csv", "--edition", "7")
    with pytest.raises(CommandError, match="invalid choice: 'pdf'"):
        export(tmp_path / "x.csv", "--format", "pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_draft_is_exported_only_when_its_edition_is_named(tmp_path: Path) -> None:
    make_draft()
    with pytest.raises(CommandError, match=r"No published survey .* needs --edition \(1\)"):
        export(tmp_path / "x.csv")


def test_in_a_directory_the_file_is_named_by_what_it_holds(survey: Survey, tmp_path: Path) -> None:
    make_response(survey)
    export(tmp_path, "--since", "2025-01-20", "--channel", "page", "--channel", "embed")
    export(tmp_path, "--content", "figures", "--format", "xlsx")
    export(tmp_path, "--adjusted", "--state", "published", "--format", "jsonl")
    assert {path.name for path in tmp_path.iterdir() if "codebook" not in path.name} == {
        "pont-1-internal-responses-since-2025-01-20-channel-page-embed.csv",
        "pont-1-public-figures.xlsx",
        "pont-1-internal-responses-state-published-adjusted.jsonl",
    }


def test_what_is_given_on_says_in_its_name_that_readers_were_simulated(
    survey: Survey, tmp_path: Path
) -> None:
    Survey.objects.filter(pk=survey.pk).update(simulated=True)
    export(tmp_path, "--content", "opinions")
    assert [path.name for path in tmp_path.iterdir()] == ["pont-1-public-opinions-simulated.csv"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--since", "yesterday"], "'yesterday' is no day: YYYY-MM-DD"),
        (
            ["--since", "2025-02-01", "--until", "2025-01-01"],
            r"1 February 2025 is after 1 January 2025",
        ),
        (["--content", "opinions", "--format", "xlsx"], "as CSV or JSON Lines only"),
        (["--content", "figures", "--state", "published"], "Public figures take no state"),
        (["--format", "package", "--adjusted"], "takes no filter"),
        (["--channel", "fax"], "invalid choice: 'fax'"),
    ],
)
def test_what_can_t_be_is_said(
    survey: Survey, tmp_path: Path, arguments: list[str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        export(tmp_path / "x", *arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file_format", ["xlsx", "parquet", "sav"])
def test_only_what_is_sent_while_it_is_read_goes_to_standard_output(
    survey: Survey, file_format: str
) -> None:
    with pytest.raises(CommandError, match=f"{file_format} needs a file"):
        export("-", "--format", file_format)


def test_a_path_that_can_t_be_written_is_named(survey: Survey, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere" / "x.csv")
    with pytest.raises(CommandError, match=f"^{nowhere}: No such file or directory"):
        export(nowhere)
    with pytest.raises(CommandError, match=r"^/dev/null: not an ordinary file"):
        export("/dev/null")
    assert list(tmp_path.iterdir()) == []
    assert not AuditEvent.objects.filter(action="export").exists()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_broken_run_leaves_everything_as_it_was(
    survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    for _ in range(3):
        make_response(survey)
    file = tmp_path / "avis.csv"
    file.write_text("the one of yesterday")
    broken_after(2, monkeypatch, error)
    with pytest.raises((CommandError, KeyboardInterrupt)):
        export(file)
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_text() == "the one of yesterday"
    assert not AuditEvent.objects.filter(action="export").exists()


def test_no_file_appears_without_its_line_in_the_record(
    survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*args: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(services, "record", refused)
    with pytest.raises(RuntimeError):
        export(tmp_path / "avis.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_a_link(survey: Survey, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "avis.csv"
    link.symlink_to(tmp_path / "elsewhere" / "real.csv")
    export(link)
    assert link.is_symlink()
    assert records((tmp_path / "elsewhere" / "real.csv").read_bytes()) == []


def test_the_record_says_how_many_rows_left(survey: Survey, tmp_path: Path) -> None:
    make_response(survey)
    make_response(survey)
    export(tmp_path / "avis.csv", "--delimiter", "semicolon")
    event = AuditEvent.objects.get(survey=survey, action="export")
    assert (event.actor, event.actor_name) == (None, "")
    assert event.detail.startswith("csv, ")
    assert ", 2 " in event.detail


def test_the_number_of_queries_does_not_grow_with_the_rows(survey: Survey, tmp_path: Path) -> None:
    counts = []
    for _ in range(2):
        for _ in range(10):
            make_response(survey, "Un avis")
        with CaptureQueriesContext(connection) as queries:
            export(tmp_path / "avis.csv")
        counts.append(len(queries))
    assert len(records((tmp_path / "avis.csv").read_bytes())) == 20
    assert counts[0] == counts[1] <= 16


def test_no_key_hash_or_cookie_of_a_reader_is_in_the_files(survey: Survey, tmp_path: Path) -> None:
    make_response(survey, "Un avis")
    response = Response.objects.get()
    export(tmp_path / "avis.csv")
    for path in tmp_path.iterdir():
        content = path.read_text(encoding="utf-8")
        assert response.reader_key not in content
        assert response.receipt_hash not in content
        assert "reader_key" not in content
        assert "receipt" not in content


def test_public_figures_wait_for_as_many_answers_as_the_survey_shows_them_from(
    survey: Survey, tmp_path: Path
) -> None:
    Survey.objects.filter(pk=survey.pk).update(results_from=2)
    make_response(survey)
    for file_format in ("csv", "package"):
        with pytest.raises(CommandError, match=r"enough|assez"):
            export(tmp_path / "x", "--content", "figures", "--format", file_format)
    make_response(survey)
    export(tmp_path / "x.csv", "--content", "figures")


def test_a_blackout_is_said_where_public_figures_are_taken(survey: Survey, tmp_path: Path) -> None:
    make_response(survey)
    now = timezone.now()
    Blackout.objects.create(survey=survey, starts_at=now, ends_at=now + timedelta(days=1))
    said = io.StringIO()
    output = str(tmp_path / "x.csv")
    call_command("export", "pont", content="figures", output=output, stderr=said)
    assert "A blackout is on" in said.getvalue()
