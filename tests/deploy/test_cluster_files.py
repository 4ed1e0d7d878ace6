"""The files of deploy/cluster, as far as they can be read without a cluster (make cluster-test)."""

import re
import shutil
import subprocess
from pathlib import Path

from .running import DEPLOY, ROOT

CLUSTER = DEPLOY / "cluster"
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]+\])?==([^\s;\\]+)", re.MULTILINE)


def pins(path: Path) -> dict[str, str]:
    return dict(PIN.findall(path.read_text()))


def test_the_lock_follows_the_list() -> None:
    assert pins(CLUSTER / "requirements.txt").items() <= pins(CLUSTER / "requirements.lock").items()


def test_patroni_speaks_to_postgresql_through_the_same_driver_as_the_survey() -> None:
    name = "psycopg2-binary"
    assert pins(CLUSTER / "requirements.lock")[name] == pins(ROOT / "requirements.lock")[name]


def test_the_pool_is_that_of_one_machine_but_for_where_it_leads() -> None:
    """What is otherwise stands here: a change of the one isn't forgotten in the other."""

    def settings(path: Path) -> dict[str, str]:
        lines = [line for line in path.read_text().splitlines() if "=" in line and line[0] != ";"]
        return {name.strip(): value.strip() for name, value in (x.split("=", 1) for x in lines)}

    one = settings(DEPLOY / "pgbouncer" / "pgbouncer.ini")
    several = settings(CLUSTER / "pgbouncer.ini")
    changed = {name for name in one | several if one.get(name) != several.get(name)}
    assert changed == {"survey", "auth_file", "server_connect_timeout"}


def test_the_proxys_file_is_changed_where_it_is_meant_to_be() -> None:
    shipped = DEPLOY / "nginx" / "survey.conf"
    sed = ["sed", "-f", str(CLUSTER / "front.sed"), str(shipped)]
    text = subprocess.run(sed, capture_output=True, text=True, check=True).stdout
    assert "upstream survey_program" not in text
    assert "upstream survey_compressor" in text
    assert text.count("proxy_pass http://survey_newsroom;") == 1
    assert text.count("proxy_next_upstream error timeout;") == 2
    assert "non_idempotent" not in text


def test_no_password_is_shipped() -> None:
    for line in (CLUSTER / "database.env").read_text().splitlines():
        name, _, value = line.partition("=")
        assert not (name.endswith("PASSWORD") and value), name


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    name = "survey-database.service"
    text = (CLUSTER / "systemd" / name).read_text()
    (tmp_path / name).write_text(re.sub(r"(?m)^(ExecStart=)\S+", r"\1/bin/true", text))
    if analyze:
        done = subprocess.run(
            [analyze, "verify", "--recursive-errors=no", name],
            cwd=tmp_path, capture_output=True, text=True, env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        )  # fmt: skip
        assert [line for line in done.stderr.splitlines() if "survey" in line] == []
