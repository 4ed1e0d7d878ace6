"""The files of deploy/ that no server reads: units, commands, and what the proxy says by itself."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .running import DEPLOY, program, unit

UNITS = sorted(path.name for path in (DEPLOY / "systemd").iterdir())


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    """But that what they start is not installed here."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    for name in UNITS:
        text = (DEPLOY / "systemd" / name).read_text()
        started = re.sub(r"^(ExecStart=)\S+", r"\1/bin/true", text, flags=re.MULTILINE)
        (tmp_path / name).write_text(started)
    whole = [name.replace("@.", "@flag_responses.") for name in UNITS]
    done = subprocess.run(
        [analyze, "verify", "--recursive-errors=no", *whole],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    told = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "survey" in line]
    assert told == []


def test_a_timer_starts_a_unit_that_there_is() -> None:
    for name in UNITS:
        if name.endswith(".timer"):
            service = name.replace(".timer", ".service")
            assert {service, re.sub("@.*", "@.service", service)} & set(UNITS), name


def test_what_runs_for_ever_comes_back_for_ever() -> None:
    for name in ("survey.service", "survey-worker.service", "survey-pgbouncer.service"):
        read = unit(name)
        assert read["Service"]["Restart"] == "always", name
        assert read["Unit"]["StartLimitIntervalSec"] == "0", name


def test_the_site_alone_goes_through_pgbouncer() -> None:
    """systemd reads the second file after the first, and what it says counts."""
    text = (DEPLOY / "pgbouncer" / "survey.conf").read_text()
    assert "EnvironmentFile=/srv/survey/deploy/pgbouncer/site.env" in text
    assert "EnvironmentFile=/etc/survey.env" in (DEPLOY / "systemd/survey.service").read_text()
    for name in UNITS:
        assert "6432" not in (DEPLOY / "systemd" / name).read_text(), name


@pytest.mark.parametrize("name", ["survey", "survey-backup", "survey-restore"])
def test_a_command_is_a_script_that_the_shell_reads(name: str) -> None:
    command = DEPLOY / "bin" / name
    assert command.read_text().startswith("#!/bin/sh -e\n")
    read = subprocess.run([program("sh"), "-n", command], capture_output=True, text=True)
    assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.parametrize(
    "page", sorted((DEPLOY / "nginx" / "pages").iterdir()), ids=lambda p: p.name
)
def test_a_page_of_the_proxys_needs_nothing_but_itself_and_speaks_both_languages(
    page: Path,
) -> None:
    text = page.read_text()
    assert not re.search(r"src=|href=|url\(|<script|<form", text)
    assert '<html lang="fr">' in text
    assert '<section lang="en">' in text
    assert text.count("<h1>") == 1
    assert f"/proxy/{page.name};" in (DEPLOY / "nginx" / "survey.conf").read_text()
