"""survey-backup and survey-restore as shipped, on a real PostgreSQL."""

import os
import subprocess

import pytest

from .machine import Machine, set_up


@pytest.fixture(scope="module")
def machine(
    tmp_path_factory: pytest.TempPathFactory, database: str, environment: dict[str, str]
) -> Machine:
    """The site's database under its name in production, a salt in it."""
    host = database.partition("host=")[2]
    made = set_up(tmp_path_factory.mktemp("machine") / "place", environment, host)
    copy = "createdb --template=template0 survey; pg_dump postgres | psql --quiet survey"
    subprocess.run(["sh", "-ec", copy], env=made.environment, check=True, capture_output=True)
    made.ask("DELETE FROM polls_networksalt")
    made.ask("INSERT INTO polls_networksalt (day, salt) VALUES (CURRENT_DATE, 'secret')")
    return made


def test_a_backup_brings_back_what_was_there(machine: Machine) -> None:
    answers = machine.ask("SELECT count(*) FROM polls_response")
    assert machine.run("survey-backup").returncode == 0
    (backup,) = machine.backups
    assert backup.stat().st_mode & 0o777 == 0o600
    machine.ask("DELETE FROM polls_tally")
    done = machine.run("survey-restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert machine.ask("SELECT count(*) FROM polls_response") == answers != "0"
    assert machine.ask("SELECT count(*) > 0 FROM polls_tally") == "True"
    assert machine.ask("SELECT count(*) FROM polls_networksalt") == "0"
    assert machine.ask("SELECT count(*) FROM polls_tally", "survey_before") == "0"
    told = (machine.place / "stopped").read_text().splitlines()
    assert told[0].startswith("stop survey*.timer survey-worker survey")
    assert told[-1].startswith("start survey survey-worker survey@flag_responses.timer")


def test_what_is_put_aside_already_is_not_lost_to_a_second_try(machine: Machine) -> None:
    (machine.place / "stopped").write_text("")
    refused = machine.run("survey-restore", str(machine.backups[0]))
    assert refused.returncode == 1
    assert "survey_before" in refused.stderr
    assert (machine.place / "stopped").read_text() == ""


def test_what_is_no_backup_stops_nothing(machine: Machine) -> None:
    (machine.place / "stopped").write_text("")
    (machine.place / "torn").write_bytes(machine.backups[0].read_bytes()[:50])
    for name in ("torn", "nothing"):
        assert machine.run("survey-restore", str(machine.place / name)).returncode == 1
    assert (machine.place / "stopped").read_text() == ""


def test_old_backups_go_and_young_ones_stay(machine: Machine) -> None:
    old, young = (machine.place / "backups" / name for name in ("old.dump", "young.dump"))
    for file, days in ((old, 31), (young, 28)):
        file.write_text("")
        when = file.stat().st_mtime - days * 86400
        os.utime(file, (when, when))
    assert machine.run("survey-backup").returncode == 0
    assert not old.exists()
    assert young.exists()
