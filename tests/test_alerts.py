"""The rules for Prometheus in deploy/metrics ask for what there is, and fire when they should."""

import re
import shutil
import subprocess

import pytest
import yaml
from django.test import Client

from polls.models import Survey
from tests.factories import make_appeal, make_reply
from tests.test_settings import ROOT

FOLDER = ROOT / "deploy/metrics"
RULES = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))


def test_the_rules_ask_for_metrics_and_labels_that_there_are(survey: Survey) -> None:
    make_reply(survey)
    make_appeal(survey)
    Client().get("/articles/pont/")
    told = Client().get("/metrics").content.decode()
    asked = " ".join(rule["expr"] for group in RULES["groups"] for rule in group["rules"])
    for name in set(re.findall(r"\bsurvey_\w+", asked)):
        # The family's line is there also where it has no sample yet.
        assert re.search(rf"^(?:# TYPE )?{name}\b", told, re.MULTILINE), name
    for pattern in re.findall(r'outcome=~"([a-z|]+)"', asked):
        for outcome in pattern.split("|"):
            assert f'outcome="{outcome}"' in told


@pytest.mark.skipif(not shutil.which("promtool"), reason="needs promtool (Debian: prometheus)")
def test_each_rule_fires_when_it_should_and_none_on_a_quiet_day() -> None:
    for what, file in (("check", "alerts.yml"), ("test", "alerts_test.yml")):
        ran = subprocess.run(
            ["promtool", what, "rules", file], cwd=FOLDER, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
