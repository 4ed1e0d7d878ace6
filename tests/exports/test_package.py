"""The data package: what it holds, for whom, and that other programs can read it."""

import json
import stat
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import frictionless
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from polls.exports.orders import Order
from polls.exports.package import write
from polls.models import Opinion, Response, Survey
from polls.results.releases.frozen import Chosen
from tests.exports.helpers import make_many, records, unguarded
from tests.exports.packages import TEXTS, entries, full_survey, packaged, released
from tests.factories import make_response

ALWAYS = [
    "README.md",
    "method.md",
    "release.json",
    "questionnaire.json",
    "figures.csv",
    "items.csv",
    "comparisons.csv",
    "trends.csv",
    "codebook.csv",
    "datapackage.json",
    "SHA256SUMS",
]


def description(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(entries(path)["datapackage.json"])
    return found


@pytest.fixture
def full(db: None) -> Survey:
    survey = full_survey()
    released(survey)
    return survey


def test_an_internal_package_holds_the_rows_and_a_public_one_does_not(
    full: Survey, tmp_path: Path
) -> None:
    internal = packaged(full, tmp_path)
    assert sorted(entries(internal)) == sorted([*ALWAYS, "responses.csv"])
    assert sorted(entries(packaged(full, tmp_path, "figures"))) == sorted(ALWAYS)
    rows = records(entries(internal)["responses.csv"])
    assert len(rows) == Response.objects.standing().count()
    assert {unguarded(row["opinion"]) for row in rows} > set(TEXTS[:1])


def test_it_says_how_many_rows_it_holds(full: Survey, tmp_path: Path) -> None:
    rows = write(Order(full, file_format="package"), tmp_path / "x.zip", lambda rows: None)
    assert rows == Response.objects.standing().count()


def test_no_text_and_no_response_of_a_reader_is_in_the_public_package(
    full: Survey, tmp_path: Path
) -> None:
    found = b"\n".join(entries(packaged(full, tmp_path, "figures")).values()).decode()
    for response in Response.objects.all():
        assert str(response.public_id) not in found
        assert response.reader_key not in found
    for text in Opinion.objects.exclude(text="").values_list("text", flat=True):
        assert text not in found
        assert json.dumps(text)[1:-1] not in found
        assert json.dumps(text, ensure_ascii=False)[1:-1] not in found
    assert "response_id" not in found


@pytest.mark.parametrize("content", ["responses", "figures"])
def test_frictionless_finds_nothing_wrong_with_it(
    full: Survey, tmp_path: Path, content: str
) -> None:
    path = packaged(full, tmp_path, content)
    report = frictionless.validate(str(path))
    assert report.valid, report.flatten(["name", "type", "message"])
    assert report.warnings == []
    checked = {task.name: task.stats.get("rows") for task in report.tasks}
    described = description(path)["resources"]
    assert {resource["name"]: resource.get("rows") for resource in described} == checked


@pytest.mark.parametrize("content", ["responses", "figures"])
def test_sha256sum_checks_every_file_of_it(full: Survey, tmp_path: Path, content: str) -> None:
    path = packaged(full, tmp_path, content)
    with ZipFile(path) as file:
        file.extractall(tmp_path / "unpacked")
    command = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
    done = subprocess.run(command, cwd=tmp_path / "unpacked", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK\n") == len(entries(path)) - 1


def test_the_release_is_in_it_byte_for_byte(full: Survey, tmp_path: Path) -> None:
    release = full.releases.get()
    for content in ("responses", "figures"):
        path = packaged(full, tmp_path, content)
        assert sha256(entries(path)["release.json"]).hexdigest() == release.digest
        assert description(path)["consultation"]["digest"] == release.digest
        assert release.digest in entries(path)["method.md"].decode()


def test_it_is_of_the_newest_release_of_the_edition(full: Survey, tmp_path: Path) -> None:
    for _ in range(5):
        make_response(full)
    released(full, Chosen())
    found = entries(packaged(full, tmp_path, "figures"))
    assert json.loads(found["release.json"])["number"] == 2
    assert {row["release"] for row in records(found["figures.csv"])} == {"2"}
    assert "comparisons.csv" not in found
    assert "trends.csv" not in found


def test_without_a_release_it_is_of_the_figures_as_they_stand(
    survey: Survey, tmp_path: Path
) -> None:
    make_response(survey)
    found = entries(packaged(survey, tmp_path, "figures"))
    document = json.loads(found["release.json"])
    assert (document["number"], document["title"]) == (None, "")
    assert document["figures"]["results"]["respondents"] == 1
    assert sha256(found["release.json"]).hexdigest() in found["method.md"].decode()


def test_answers_since_the_release_are_told_to_the_newsroom_alone(
    full: Survey, tmp_path: Path
) -> None:
    make_response(full)
    Response.objects.filter(answers__age="silent").update(changed_at=timezone.now())
    since = description(packaged(full, tmp_path))["consultation"]["since_release"]
    assert since == {"came": 1, "changed": 8, "withdrawn": 0, "set_aside": 0}
    public = description(packaged(full, tmp_path, "figures"))["consultation"]
    assert public["since_release"] is None


def test_a_public_package_does_not_change_with_answers_that_came_later(
    full: Survey, tmp_path: Path
) -> None:
    before = entries(packaged(full, tmp_path, "figures"))
    make_response(full, "Un avis de plus")
    after = entries(packaged(full, tmp_path, "figures"))
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"datapackage.json", "SHA256SUMS"}  # the moment


def test_a_hidden_cell_is_empty_and_says_so(full: Survey, tmp_path: Path) -> None:
    found = entries(packaged(full, tmp_path, "figures"))
    cells = records(found["comparisons.csv"])
    hidden = [cell for cell in cells if cell["hidden"] == "1"]
    assert hidden
    assert {(cell["count"], cell["share"]) for cell in hidden} == {("", "")}
    assert all(cell["count"] for cell in cells if cell["hidden"] == "0")
    times = records(found["trends.csv"])
    assert {time["n"] for time in times if time["hidden"] == "1"} == {""}
    assert all(time["n"] for time in times if time["hidden"] == "0")


def test_every_column_and_code_is_described(full: Survey, tmp_path: Path) -> None:
    for resource in description(packaged(full, tmp_path))["resources"]:
        for field in resource.get("schema", {}).get("fields", []):
            assert field["description"], (resource["name"], field["name"])
    fields = {field["name"]: field for field in resource_fields(full, tmp_path, "responses")}
    assert fields["credible"]["constraints"]["enum"] == ["1", "2", "3", "4", "5", "none"]
    assert {"value": "young", "label": "Young"} in fields["age"]["categories"]
    assert fields["media.press"]["type"] == "boolean"


def resource_fields(survey: Survey, tmp_path: Path, name: str) -> list[dict[str, Any]]:
    resources = description(packaged(survey, tmp_path))["resources"]
    found: list[dict[str, Any]]
    found = next(r["schema"]["fields"] for r in resources if r["name"] == name)
    return found


def test_the_questionnaire_is_in_it_as_readers_saw_it(full: Survey, tmp_path: Path) -> None:
    found = json.loads(entries(packaged(full, tmp_path, "figures"))["questionnaire.json"])
    assert [item["key"] for item in found["items"]][:2] == ["credible", "relevant"]
    said = found["statements"][0]
    assert (said["speaker"], said["source"]) == ("La maire", "Conseil municipal")
    assert said["facts"] == [{"text": "Le budget prévoit un péage.", "source": "Budget"}]


def test_the_method_says_who_answered_and_what_to_print(full: Survey, tmp_path: Path) -> None:
    card = full.releases.get().figures["results"]["identity"]
    found = entries(packaged(full, tmp_path, "figures"))["method.md"].decode()
    assert "Ce n’est pas un sondage" in found
    assert full.question in found
    assert card["digest"] in found
    assert "Abonnés" in found  # the source of the scenario's audience
    assert "(1)**" not in found


def test_who_publishes_is_named_only_where_somebody_says_so(
    survey: Survey, tmp_path: Path, settings: Any
) -> None:
    settings.PUBLISHER_NAME = ""
    assert "contributors" not in description(packaged(survey, tmp_path))
    settings.PUBLISHER_NAME = "Le Journal"
    contributors = description(packaged(survey, tmp_path))["contributors"]
    assert contributors == [{"title": "Le Journal", "roles": ["publisher"]}]


def test_its_files_are_for_their_owner_and_bear_no_other_time_than_its_own(
    survey: Survey, tmp_path: Path
) -> None:
    with ZipFile(packaged(survey, tmp_path)) as file:
        modes = {stat.S_IMODE(entry.external_attr >> 16) for entry in file.infolist()}
        assert modes == {0o600}
        assert len({entry.date_time for entry in file.infolist()}) == 1
        assert not [entry for entry in file.namelist() if "/" in entry]


def test_queries_do_not_grow_with_the_rows(survey: Survey, tmp_path: Path) -> None:
    counts = []
    for _ in range(2):
        make_many(survey, 10)
        with CaptureQueriesContext(connection) as queries:
            packaged(survey, tmp_path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_whoever_stops_it_leaves_no_file_behind(survey: Survey, tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(rows: int) -> None:
        raise Stopped

    make_many(survey, 2001)
    with pytest.raises(Stopped):
        write(Order(survey, file_format="package"), tmp_path / "x.zip", stop)


def test_the_command_writes_one_and_says_where(survey: Survey, tmp_path: Path) -> None:
    make_response(survey)
    call_command("export", "pont", format="package", output=str(tmp_path), verbosity=0)
    assert [path.name for path in tmp_path.iterdir()] == ["pont-1-internal-responses-package.zip"]
