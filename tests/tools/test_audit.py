"""What the audit needs is named before anything is started, and its versions are pinned."""

import json
import shutil

import pytest

from tools.audit import lighthouse, programs


def test_what_is_missing_is_named_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(programs.Missing) as raised:
        programs.ready()
    for name in ("Node.js", "npm", "Java", "Chromium"):
        assert name in str(raised.value)


def test_the_versions_are_pinned_and_no_registry_is_named() -> None:
    wanted = json.loads((programs.HERE / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((programs.HERE / "package-lock.json").read_text(encoding="utf-8"))
    for name, version in wanted["dependencies"].items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert [name for name, one in lock["packages"].items() if "resolved" in one] == []
    assert all(one.get("integrity") for name, one in lock["packages"].items() if name)


def test_a_report_says_its_scores_and_what_cost_points() -> None:
    def category(score: float, *ids: str) -> dict[str, object]:
        return {"score": score, "auditRefs": [{"id": key, "weight": 3} for key in ids]}

    report = {
        "categories": {
            "performance": category(0.97, "speed"),
            "accessibility": category(1, "names"),
            "best-practices": category(1),
            "seo": category(1),
        },
        "audits": {
            "speed": {"title": "Speed", "score": 0.8, "displayValue": "2 s"},
            "names": {"title": "Names", "score": 1},
        },
    }
    assert lighthouse.scores(report)["performance"] == 0.97
    assert lighthouse.costs(report) == ["Speed 2 s"]
