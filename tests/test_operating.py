"""The installation that `docs/operating.md` describes: what of it can run in a test, runs."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
DOCUMENT = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
SETTINGS_FILE = "/etc/survey.env"
# A paragraph that is set in by four columns, blank lines and further ones included.
BLOCK = re.compile(r"(?<=\n\n)(?:    .*\n|\n(?=    ))+")


def blocks(heading: str) -> list[str]:
    """The shell blocks below a heading, as they are copied from the page."""
    found = re.search(rf"^##+ {heading}(\n.*?)(?=^##+ |\Z)", DOCUMENT, re.DOTALL | re.MULTILINE)
    assert found, heading
    return [textwrap.dedent(block).strip("\n") for block in BLOCK.findall(found[1])]


HEADINGS = [name for name in re.findall(r"^##+ (.+)$", DOCUMENT, re.MULTILINE) if blocks(name)]


def shell(script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", *arguments], input=script, cwd=ROOT, check=False, capture_output=True, text=True,
        env={"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **environment},
    )  # fmt: skip


@pytest.mark.parametrize("heading", HEADINGS)
def test_every_block_is_a_script_that_the_shell_reads(heading: str) -> None:
    read = shell("\n".join(blocks(heading)), "-n")
    assert (read.returncode, read.stderr) == (0, "")


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    """What the block that writes the settings writes."""
    file = tmp_path / "survey.env"
    (block,) = (block for block in blocks("3. The settings") if f" {SETTINGS_FILE}" in block)
    done = shell(block.replace(SETTINGS_FILE, str(file)), SITE="lecteurs.example.com")
    assert done.returncode == 0, done.stderr
    return file


def test_the_settings_are_for_nobody_else_to_read(settings_file: Path) -> None:
    assert settings_file.stat().st_mode & 0o777 == 0o600


def test_the_check_before_deployment_finds_nothing_with_the_settings(settings_file: Path) -> None:
    checked = shell(
        f"set -ae; . {settings_file}; python manage.py check --deploy --fail-level WARNING"
    )
    assert checked.returncode == 0, checked.stderr


def test_systemd_reads_the_settings_as_the_shell_does(settings_file: Path) -> None:
    """Neither substitutes anything in what is written: systemd wouldn't."""
    for line in settings_file.read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[A-Z_]+=('[^'\\]*'|[\w.:/@+-]+)", line), line


def test_the_sites_name_is_put_into_the_settings(settings_file: Path) -> None:
    text = settings_file.read_text(encoding="utf-8")
    assert "ALLOWED_HOSTS=lecteurs.example.com\n" in text
    assert "PUBLIC_ORIGINS=https://lecteurs.example.com\n" in text


def test_the_sites_name_is_put_into_the_proxys_file(tmp_path: Path) -> None:
    """Wherever it stands there, once on a line."""
    (block,) = (block for block in blocks("5. The proxy in front") if "sed" in block)
    (line,) = (line for line in block.splitlines() if line.startswith("sed "))
    file = tmp_path / "survey.conf"
    done = shell(line.replace("/etc/nginx/conf.d/survey.conf", str(file)), SITE="lecteurs.example")
    assert done.returncode == 0, done.stderr
    code = re.sub(r"#.*", "", file.read_text(encoding="utf-8"))
    assert "avis.example.org" not in code
    assert code.count("lecteurs.example") == 3


def test_every_file_that_is_installed_exists_and_every_file_is_installed() -> None:
    named = set(re.findall(r"\bdeploy/[\w./*-]+", "\n".join(map("\n".join, map(blocks, HEADINGS)))))
    found = {file for name in named for file in ROOT.glob(name) if file.is_file()}
    assert all(any(ROOT.glob(name)) for name in named)
    for part in ("systemd", "bin", "sysctl", "journald"):
        assert set((DEPLOY / part).iterdir()) <= found, part


def test_every_command_of_the_site_exists() -> None:
    texts = [DOCUMENT, *(file.read_text() for file in DEPLOY.rglob("*") if _is_text(file))]
    whole = "\n".join(texts)
    named = set(re.findall(r"(?:^ +|^|`|bin/)survey ([a-z_]+)", whole, re.MULTILINE))
    named |= set(re.findall(r"survey@([a-z_]+)\.", whole))
    named |= set(re.findall(r"manage\.py ([a-z_]+)", whole))
    assert {"migrate", "flag_responses", "apply_retention", "db_worker"} <= named
    assert named <= get_commands().keys()


def _is_text(file: Path) -> bool:
    return file.is_file() and file.parent.name in ("systemd", "bin")


def test_only_units_that_there_are_are_started() -> None:
    there = {file.name for file in (DEPLOY / "systemd").iterdir()}
    there |= {f"{name}.service" for name in ("nginx", "pgbouncer", "systemd-journald")}
    instances = {name.replace("@.", f"@{command}.") for name in there for command in get_commands()}
    whole = DOCUMENT + (DEPLOY / "bin" / "survey-restore").read_text(encoding="utf-8")
    pattern = r"systemctl (?:start|restart|enable --now) ((?:[^\n]*\\\n)*[^\n]*)"
    starts = " ".join(re.findall(pattern, whole)).replace("\\\n", " ").replace("`", " ")
    started = {
        unit if "." in unit else f"{unit}.service"
        for unit in re.findall(r"\bsurvey[\w@.-]*", starts)
    }
    assert {"survey.service", "survey-backup.timer", "survey-worker.service"} <= started
    assert started <= there | instances
