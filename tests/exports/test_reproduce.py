"""`manage.py reproduce`: what agrees, what is found where something doesn't, without a database."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from polls.models import Response, Survey
from polls.results import documents
from polls.results.releases.frozen import Chosen
from tests.exports.packages import entries, forged, full_survey, packaged, packed, released
from tests.factories import make_response


def reproduced(path: Path) -> str:
    """What the command says of a package that agrees with itself."""
    out = io.StringIO()
    call_command("reproduce", str(path), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def differing(path: Path) -> list[str]:
    """The lines of a package that doesn't; the last one is the summary."""
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("reproduce", str(path), stdout=out, stderr=io.StringIO())
    assert caught.value.returncode == 1
    return [*out.getvalue().splitlines()[1:], str(caught.value)]


def error(path: Path) -> str:
    """The one thing that is said of what is no package."""
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("reproduce", str(path), stdout=out, stderr=io.StringIO())
    assert out.getvalue() == ""
    return str(caught.value).removeprefix(f"{path}: ")


@pytest.fixture
def full(db: None) -> Survey:
    survey = full_survey()
    released(survey)
    return survey


@pytest.fixture
def internal(full: Survey, tmp_path: Path) -> Path:
    return packaged(full, tmp_path)


@pytest.fixture
def public(full: Survey, tmp_path: Path) -> Path:
    return packaged(full, tmp_path, "figures")


def test_the_rows_give_every_figure_of_the_release(full: Survey, internal: Path) -> None:
    then = full.releases.get().figures
    assert len(then["crosses"]) == 3
    assert len(then["trends"]) == 2
    assert then["scenario"]["items"]
    assert any(point["n"] is None for point in then["trends"][0]["points"])
    assert then["results"]["identity"]["set_aside"] == 6
    lines = reproduced(internal).splitlines()
    assert len(lines) == 2
    assert re.fullmatch(
        r"\d+ figures recomputed from the rows, \d+ cells of tables compared, 0 differ.", lines[1]
    )
    assert int(lines[1].split()[0]) > 600


def test_a_public_package_gives_what_follows_from_its_counts(public: Path) -> None:
    assert reproduced(public).endswith("0 differ.\n")


@pytest.mark.parametrize("content", ["responses", "figures"])
@pytest.mark.parametrize("aside", [0, 2, 6])
def test_it_agrees_however_many_were_set_aside(
    db: None, tmp_path: Path, content: str, aside: int
) -> None:
    survey = full_survey(aside)
    assert reproduced(packaged(survey, tmp_path, content)).endswith("0 differ.\n")


@pytest.mark.parametrize("content", ["responses", "figures"])
@pytest.mark.parametrize(("before", "after"), [(5, 3), (3, 5)])
def test_it_agrees_where_the_smallest_group_was_changed_since(
    db: None, tmp_path: Path, content: str, before: int, after: int
) -> None:
    survey = full_survey(4)
    survey.minimum_group = before
    survey.save()
    released(survey, Chosen(pairs=(("age", "credible"),), trends=True))
    survey.minimum_group = after
    survey.save()
    assert reproduced(packaged(survey, tmp_path, content)).endswith("0 differ.\n")


@pytest.mark.parametrize("content", ["responses", "figures"])
def test_a_survey_without_an_answer_agrees(survey: Survey, tmp_path: Path, content: str) -> None:
    assert reproduced(packaged(survey, tmp_path, content)).endswith("0 differ.\n")


def test_it_asks_no_database(internal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("it asked the database")

    connection.close()
    monkeypatch.setattr(connection, "connect", refuse)
    monkeypatch.setattr(connection, "ensure_connection", refuse)
    assert reproduced(internal).endswith("0 differ.\n")


def test_it_runs_where_no_database_is(internal: Path) -> None:
    nowhere = {"DEBUG": "1", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere"}
    done = subprocess.run(
        [sys.executable, "manage.py", "reproduce", str(internal)],
        cwd=settings.BASE_DIR,
        env=os.environ | nowhere,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("0 differ.\n")


def changed_line(content: bytes, has: str, old: str, new: str) -> bytes:
    """The file with one change, in the first line that has something."""
    lines = content.decode().split("\r\n")
    place = next(n for n, line in enumerate(lines) if has in line)
    assert old in lines[place]
    lines[place] = lines[place].replace(old, new, 1)
    return "\r\n".join(lines).encode()


def test_a_file_that_is_not_what_its_checksum_says_is_named(public: Path) -> None:
    packed(public, entries(public) | {"README.md": b"Other words"})
    lines = differing(public)
    assert lines[0].startswith("README.md, in SHA256SUMS: the package says ")
    assert lines[1].startswith("README.md, in datapackage.json: the package says ")
    assert lines[2].endswith("0 differ. 2 checks of files failed.")


@pytest.mark.parametrize("content", ["responses", "figures"])
def test_a_changed_count_is_named_though_the_checksums_fit(
    full: Survey, tmp_path: Path, content: str
) -> None:
    path = packaged(full, tmp_path, content)
    figures = entries(path)["figures.csv"]
    header, line = figures.decode("utf-8-sig").split("\r\n")[:2]
    place = header.split(",").index("count")
    cells = next(csv.reader([line]))
    true, cells[place] = cells[place], "99"
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="").writerow(cells)
    forged(path, figures__csv=figures.replace(line.encode(), out.getvalue().encode(), 1))
    lines = differing(path)
    assert lines[0] == (
        f"figures.csv, line 2 (credible 1), count: the release says {true}, the package gives 99"
    )
    assert lines[1].endswith(", 1 differ.")
    assert len(lines) == 2


@pytest.mark.parametrize("name", ["items", "comparisons", "trends"])
def test_a_changed_share_of_any_table_is_named(public: Path, name: str) -> None:
    column = "above" if name == "items" else "share"
    content = entries(public)[f"{name}.csv"].decode()
    header, *rows = csv.reader(io.StringIO(content, newline=""))
    place = next(n for n, row in enumerate(rows) if row[header.index(column)])
    rows[place][header.index(column)] = "0.7654321"
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    forged(public, **{f"{name}__csv": out.getvalue().encode()})
    lines = differing(public)
    assert lines[0].startswith(f"{name}.csv, line {place + 2} (")
    assert lines[-1].endswith(", 1 differ.")


def test_a_line_that_was_taken_out_of_a_table_is_named(public: Path) -> None:
    lines = entries(public)["items.csv"].split(b"\r\n")
    forged(public, items__csv=b"\r\n".join(lines[:-2]) + b"\r\n")
    found = differing(public)
    assert found[0].startswith(f"items.csv, line {len(lines) - 1}: the release says ")
    assert found[0].endswith("the package gives nothing")


def test_a_row_that_was_taken_out_shows_in_every_figure_that_it_was_in(internal: Path) -> None:
    rows = entries(internal)["responses.csv"].split(b"\r\n")
    place = next(n for n, row in enumerate(rows) if n > 30 and b",1,2,,,,young," in row)
    forged(internal, responses__csv=b"\r\n".join([*rows[:place], *rows[place + 1 :]]))
    lines = differing(internal)
    received = next(line for line in lines if line.startswith("responses received"))
    said, given = (int(word) for word in received.replace(",", "").split() if word.isdigit())
    assert said - given == 1
    assert any(line.startswith("credible, 1: count") for line in lines)
    assert any(line.startswith("digest of the counts") for line in lines)
    assert any(line.startswith("age by credible, young: total") for line in lines)
    assert any(line.startswith("credible over time, ") for line in lines)
    assert any(line.startswith("scenario: base") for line in lines)


def test_an_answer_that_was_changed_is_found(internal: Path) -> None:
    content = entries(internal)["responses.csv"]
    forged(internal, responses__csv=changed_line(content, ",5,", ",5,", ",4,"))
    assert any(line.startswith("credible, 5: count") for line in differing(internal))


def changed_release(path: Path, change: Callable[[Any], None], *, digest: bool) -> None:
    """Change the release; `digest`: and all that says what it is, as a good forger would."""
    found = entries(path)
    document = json.loads(found["release.json"])
    change(document)
    content = documents.canonical(document)
    described = json.loads(found["datapackage.json"])
    if digest:
        described["consultation"]["digest"] = documents.digest(document)
    found["datapackage.json"] = json.dumps(described).encode()
    packed(path, found)
    forged(path, release__json=content)


def raise_count(document: Any) -> None:
    document["figures"]["results"]["items"][0]["choices"][0]["count"] += 1


def raise_share(document: Any) -> None:
    document["figures"]["results"]["items"][0]["choices"][1]["share"] += 0.01


def raise_cross(document: Any) -> None:
    row = document["figures"]["crosses"][0]["rows"][1]
    place = next(n for n, count in enumerate(row["counts"]) if count)
    row["counts"][place] += 1


def raise_trend(document: Any) -> None:
    point = next(p for p in document["figures"]["trends"][0]["points"] if p["shares"])
    point["shares"][0] += 0.003


def show_hidden(document: Any) -> None:
    row = document["figures"]["crosses"][0]["rows"][0]
    place = row["counts"].index(None)
    row["counts"][place], row["shares"][place] = 3, 3 / row["total"]


def raise_weighted(document: Any) -> None:
    document["figures"]["scenario"]["items"][0]["choices"][0]["weighted"] += 0.01


def test_a_changed_word_of_the_release_shows_in_its_digest(public: Path) -> None:
    changed_release(public, lambda document: document.update(title="Autre"), digest=False)
    lines = differing(public)
    assert lines[0].startswith("digest of the release: the package says ")
    assert lines[-1].endswith("0 differ. 1 checks of files failed.")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (raise_count, "credible, 1: share"),
        (raise_share, "credible, 2: share"),
        (raise_cross, "age by credible, old, "),
        (raise_trend, "credible over time, "),
    ],
)
def test_a_forged_release_contradicts_its_own_counts(
    public: Path, change: Callable[[Any], None], name: str
) -> None:
    changed_release(public, change, digest=True)
    lines = differing(public)
    assert any(line.startswith(name) for line in lines), lines[:5]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (raise_count, "credible, 1: count"),
        (raise_share, "credible, 2: share"),
        (raise_cross, "age by credible, old, "),
        (raise_trend, "credible over time, "),
        (show_hidden, "age by credible, young, "),
        (raise_weighted, "scenario, credible, 1: weighted share"),
    ],
)
def test_a_forged_release_contradicts_the_rows(
    internal: Path, change: Callable[[Any], None], name: str
) -> None:
    changed_release(internal, change, digest=True)
    assert any(line.startswith(name) for line in differing(internal))


def later(survey: Survey, number: int) -> None:
    for _ in range(number):
        response = make_response(survey, answers={"credible": "5", "age": "old"})
        at = timezone.now() + timedelta(hours=1)
        Response.objects.filter(pk=response.pk).update(submitted_at=at)


def test_rows_that_came_after_the_release_are_left_out_and_told(
    full: Survey, tmp_path: Path
) -> None:
    later(full, 3)
    lines = reproduced(packaged(full, tmp_path)).splitlines()
    rows = Response.objects.standing().count()
    assert lines[1:3] == [
        "Since the release: 3 came in. That may explain differences.",
        f"Left out: 3 of {rows} rows that came after it.",
    ]
    assert lines[-1].endswith("0 differ.")


def test_rows_of_a_clock_that_runs_ahead_are_counted_where_that_agrees(
    db: None, tmp_path: Path
) -> None:
    survey = full_survey()
    released(survey, Chosen(pairs=(("age", "credible"),)))
    ahead = Response.objects.standing().filter(excluded=False).last()
    assert ahead
    at = timezone.now() + timedelta(seconds=90)
    Response.objects.filter(pk=ahead.pk).update(submitted_at=at)
    lines = reproduced(packaged(survey, tmp_path)).splitlines()
    assert f"Counted with 1 of {Response.objects.standing().count()} rows" in lines[2]
    assert lines[3].startswith("Without them ")
    assert lines[-1].endswith("0 differ.")


def test_what_was_changed_since_is_told_beside_the_differences(
    full: Survey, tmp_path: Path
) -> None:
    changed = Response.objects.filter(answers__credible="1", excluded=False).first()
    assert changed
    changed.answers = changed.answers | {"credible": "5"}
    changed.changed_at = timezone.now() + timedelta(hours=1)
    changed.save()
    lines = differing(packaged(full, tmp_path))
    assert lines[0].startswith("Since the release: 1 were changed.")
    assert lines[1] == "1 rows were changed after it: what they were is not known."
    assert any(line.startswith("credible, 1: count") for line in lines)


def test_what_is_no_package_is_one_clear_error(tmp_path: Path, public: Path) -> None:
    assert error(tmp_path / "nowhere.zip") == "No such file or directory"
    text = tmp_path / "notes.zip"
    text.write_text("Bonjour")
    assert error(text).startswith("not a ZIP file, or a damaged one")
    assert error(packed(tmp_path / "other.zip", {"a.txt": b"a"})) == (
        "not a package: it has no datapackage.json"
    )
    other = packed(tmp_path / "other.zip", {"datapackage.json": b'{"name": "x"}'})
    assert error(other).startswith("not a package of this program")
    other = packed(tmp_path / "other.zip", {"datapackage.json": b"["})
    assert error(other) == "datapackage.json is not JSON"


def test_a_damaged_package_is_one_clear_error(internal: Path) -> None:
    content = bytearray(internal.read_bytes())
    for damage in (content[: len(content) // 2], _flipped(content)):
        internal.write_bytes(damage)
        assert "damaged" in error(internal)


def _flipped(content: bytearray) -> bytearray:
    flipped = bytearray(content)
    place = len(flipped) // 2
    flipped[place : place + 40] = bytes(255 - byte for byte in flipped[place : place + 40])
    return flipped


@pytest.mark.parametrize("name", ["items.csv", "SHA256SUMS", "method.md"])
def test_a_missing_file_is_named(public: Path, name: str) -> None:
    found = entries(public)
    del found[name]
    assert error(packed(public, found)) == f"it has no {name}"


def test_a_table_without_figures_and_figures_without_a_table_are_named(
    full: Survey, public: Path, tmp_path: Path
) -> None:
    found = entries(public)
    del found["trends.csv"]
    assert "does not" in error(packed(public, found))


def test_an_additional_file_is_named(public: Path) -> None:
    packed(public, entries(public) | {"run-me.exe": b"MZ"})
    assert error(public) == "a file that is not part of a package: run-me.exe"


def test_rows_in_a_public_package_are_an_error(internal: Path, public: Path) -> None:
    rows = entries(internal)["responses.csv"]
    packed(public, entries(public) | {"responses.csv": rows})
    assert "a public one has not" in error(public)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b.csv", "..\\x"])
def test_a_file_with_a_path_for_a_name_is_refused(public: Path, name: str) -> None:
    packed(public, entries(public) | {name: b"x"})
    assert error(public).startswith("a file with a path for a name")


def test_a_bomb_is_refused_before_it_is_read(public: Path) -> None:
    for name in ("figures.csv", "responses.csv"):
        with ZipFile(public, "w", ZIP_DEFLATED) as file, file.open(name, "w") as target:
            for _ in range(100):
                target.write(bytes(1024 * 1024))
        assert "nothing of it was read" in error(public)


def test_a_package_of_a_newer_version_is_refused(public: Path) -> None:
    described = json.loads(entries(public)["datapackage.json"])
    described["consultation"]["format"] = 2
    found = entries(public) | {"datapackage.json": json.dumps(described).encode()}
    assert "Use a newer version" in error(packed(public, found | {"new.csv": b""}))


def test_a_release_that_can_not_be_read_is_one_clear_error(public: Path) -> None:
    whole = json.loads(entries(public)["release.json"])
    whole["figures"]["trends"][0]["points"][0] |= {"n": 1, "shares": [float("inf")]}
    nonsense = json.dumps(whole).encode()
    for content in (b"{}", b"[]", b'{"figures": {}, "number": 1}', nonsense):
        forged(public, release__json=content)
        assert "can't be read" in error(public)


def test_rows_that_can_not_be_read_are_one_clear_error(internal: Path) -> None:
    content = entries(internal)["responses.csv"]
    forged(internal, responses__csv=content.replace(b"response_id", b"id", 1))
    assert "not those of the questionnaire" in error(internal)
    forged(internal, responses__csv=content + b"1,2\r\n")
    assert "can't be read" in error(internal)
    forged(internal, responses__csv=content + b'"open')
    assert "can't be read" in error(internal)


def test_a_release_without_comparisons_agrees(full: Survey, tmp_path: Path) -> None:
    for _ in range(6):
        make_response(full)
    Response.objects.filter(submitted_at__gt=timezone.now() - timedelta(hours=1)).update(
        submitted_at=timezone.now() - timedelta(hours=2)
    )
    released(full, Chosen())
    assert reproduced(packaged(full, tmp_path)).endswith("0 differ.\n")


def test_an_answer_of_the_release_s_very_second_may_have_come_after_it(
    db: None, tmp_path: Path
) -> None:
    survey = full_survey()
    release = released(survey, Chosen())
    late = make_response(survey)
    Response.objects.filter(pk=late.pk).update(submitted_at=release.at.replace(microsecond=999_999))
    assert reproduced(packaged(survey, tmp_path)).endswith(" 0 differ.\n")


def test_words_that_are_not_the_questionnaire_s_are_named(public: Path) -> None:
    def swap(document: Any) -> None:
        choices = document["figures"]["results"]["items"][0]["choices"]
        choices[0]["label"], choices[4]["label"] = choices[4]["label"], choices[0]["label"]

    changed_release(public, swap, digest=True)
    assert [line for line in differing(public) if line.startswith("words of credible: ")]


@pytest.mark.parametrize(("name", "value"), [("survey", "port"), ("edition", 7), ("published", "")])
def test_what_the_package_says_of_itself_is_what_the_release_says(
    public: Path, name: str, value: Any
) -> None:
    described = json.loads(entries(public)["datapackage.json"])
    described["consultation"][name] = value
    lines = differing(forged(public, datapackage__json=json.dumps(described).encode()))
    assert any(line.startswith(f"{name}, in datapackage.json") for line in lines)


def test_words_of_a_package_can_t_write_a_verdict_of_their_own(public: Path) -> None:
    described = json.loads(entries(public)["datapackage.json"])
    described["consultation"]["survey"] = "pont\n0 differ.\x1b[8m"
    path = forged(public, datapackage__json=json.dumps(described).encode())
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("reproduce", str(path), stdout=out, stderr=io.StringIO())
    assert "\x1b" not in out.getvalue()
    assert "0 differ." not in out.getvalue().splitlines()


def test_two_packages_of_one_release_say_the_same_of_small_groups(
    full: Survey, tmp_path: Path
) -> None:
    first = entries(packaged(full, tmp_path, "figures"))
    Survey.objects.filter(pk=full.pk).update(minimum_group=50)
    full.refresh_from_db()
    second = entries(packaged(full, tmp_path, "figures"))
    assert first["method.md"] == second["method.md"]
    assert b'"smallest_group": 5,' in second["datapackage.json"]
