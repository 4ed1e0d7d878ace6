"""`--output -`: the file to standard output, everything else to standard error."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection

from polls.models import AuditEvent, Survey
from tests.exports.helpers import make_many, records
from tests.factories import make_response, make_survey

MANAGE = Path(__file__).parents[2] / "manage.py"


def started(*arguments: str) -> subprocess.Popen[bytes]:
    """The command in a process of its own, on the database of the tests."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name}"
    else:
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    return subprocess.Popen(
        [sys.executable, str(MANAGE), "export", *arguments],
        env={**os.environ, "DEBUG": "true", "DATABASE_URL": url, "LANGUAGE_CODE": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdout is not None
    assert process.stderr is not None
    return process.stdout, process.stderr


def test_only_the_file_is_written_there(survey: Survey) -> None:
    make_response(survey)
    bytes_out, err = io.BytesIO(), io.StringIO()
    out = io.TextIOWrapper(bytes_out)
    call_command("export", "pont", output="-", stdout=out, stderr=err)
    assert len(records(bytes_out.getvalue())) == 1
    assert err.getvalue() == "1 row\n"
    assert AuditEvent.objects.get(action="export").detail.startswith("csv, ")


@pytest.mark.usefixtures("committed")
def test_it_can_be_piped_into_another_program() -> None:
    survey = make_survey()
    make_many(survey, 2100)
    out, err = started("pont", "--output", "-").communicate(timeout=60)
    assert len(records(out)) == 2100
    assert err.splitlines()[-1] == b"2100 rows"
    assert AuditEvent.objects.get(action="export").detail == "csv, internal, responses, 2100 rows"


@pytest.mark.usefixtures("committed")
def test_a_program_that_stops_reading_is_said_in_one_line_and_on_record() -> None:
    survey = make_survey()
    make_many(survey, 3000)
    process = started("pont", "--output", "-")
    out, err = pipes(process)
    out.read(100)
    out.close()
    said = err.read().decode()
    err.close()
    assert process.wait(timeout=60) == 1
    assert said.splitlines()[-1] == "CommandError: Who read the output stopped reading."
    assert "Traceback" not in said
    detail = AuditEvent.objects.get(action="export").detail
    assert detail.endswith(" rows, interrupted")
    assert 0 < int(detail.split()[3]) < 3000
