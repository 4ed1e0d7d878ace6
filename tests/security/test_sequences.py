"""Readers on several devices in any order: no answer is lost, counted twice or another reader's."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from polls.lib.codes import hashed
from polls.models import Opinion, Response, Survey
from tests.reader import FORM, Reader
from tests.security.hostile import KEYS, SCALE, driven, require_valid_state

CODE = re.compile(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{2}")
Form = dict[str, Any]


@st.composite
def answers(draw: st.DrawFn) -> Form:
    """A form that is mostly valid: two scales, a multiple choice, a text, the consents."""
    scale = st.sampled_from([*sorted(SCALE), *sorted(SCALE), "6"])
    form: Form = {"item-credible": draw(scale), "item-relevant": draw(scale)}
    form["item-media"] = draw(st.lists(st.sampled_from(["press", "web"]), unique=True))
    form["item-opinion"] = draw(st.sampled_from(["", "Un avis.", "Un autre.\u202e", "\0"]))
    form["consent_counting"] = "on"
    form["consent_publication"] = draw(st.sampled_from(["", "on"]))
    return form


def is_valid(form: Form) -> bool:
    return "6" not in form.values() and form["item-opinion"] != "\0"


@dataclass
class Kept:
    """What must be stored under one receipt: its form, or None once it was withdrawn."""

    form: Form | None


class Readers(RuleBasedStateMachine):
    """Three devices of readers who may share a key, and every receipt that was ever handed out."""

    codes = Bundle("codes")
    survey: Survey

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.devices = [Reader() for _ in range(3)]
        self.kept: dict[str, Kept] = {}

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)

    def post(self, device: int, path: str, form: Form) -> Any:
        body = urlencode(form, doseq=True)
        answer = self.devices[device].post(path, body, content_type=FORM)
        assert answer.status_code < 500
        return answer

    @rule(
        target=codes,
        device=st.integers(0, 2),
        form=answers(),
        key=st.sampled_from(["", *KEYS]),
        door=st.sampled_from(["articles", "embed"]),
        replaces=st.booleans(),
    )
    def answer(self, device: int, form: Form, key: str, door: str, replaces: bool) -> Any:
        sent = form | ({"client_key": key} if key else {}) | ({"replace": "x"} if replaces else {})
        answer = self.post(device, f"/{door}/pont/responses/", sent)
        if answer.status_code not in (200, 303):
            assert answer.status_code in (409, 422)
            assert (answer.status_code == 422) is not is_valid(form)
            return multiple()
        assert is_valid(form)
        found = CODE.search(answer.content.decode())
        code = found[0].replace("-", "") if found else self.devices[device].code
        known = self.kept.get(code)
        if known is None:
            self.kept[code] = Kept(form)
            return code
        # The same key again: the same answers, or those that were to replace them.
        assert known.form is not None
        assert replaces or same(known.form, form)
        known.form = form
        return multiple()

    @rule(device=st.integers(0, 2), code=codes, form=answers())
    def change(self, device: int, code: str, form: Form) -> None:
        answer = self.post(device, "/receipts/change/", form | {"code": code})
        kept = self.kept[code]
        if kept.form is None:
            assert answer.status_code == 404
        elif is_valid(form):
            assert answer.status_code == 303
            kept.form = form
        else:
            assert answer.status_code == 422

    @rule(device=st.integers(0, 2), code=codes)
    def withdraw(self, device: int, code: str) -> None:
        answer = self.post(device, "/receipts/withdraw/", {"code": code})
        assert answer.status_code == 200  # twice is once
        self.kept[code].form = None

    @rule(device=st.integers(0, 2), path=st.sampled_from(["/receipts/", "/receipts/change/"]))
    def look(self, device: int, path: str) -> None:
        assert self.devices[device].get(path).status_code in (200, 404)

    @rule(device=st.integers(0, 2), form=answers(), path=st.sampled_from(["change", "withdraw"]))
    def guess(self, device: int, form: Form, path: str) -> None:
        """A code that was never given opens nothing, whatever cookies come with it."""
        answer = self.post(device, f"/receipts/{path}/", form | {"code": "0" * 26})
        assert answer.status_code == 404

    @rule(device=st.integers(0, 2))
    def forget(self, device: int) -> None:
        """The cookies of a device are deleted; or it is another reader's."""
        self.devices[device].cookies.clear()

    @invariant()
    def what_was_acknowledged_is_stored_once(self) -> None:
        standing = {code: kept.form for code, kept in self.kept.items() if kept.form is not None}
        stored = Response.objects.standing().filter(survey=self.survey)
        assert stored.count() == len(standing)
        for code, form in standing.items():
            response = stored.get(receipt_hash=hashed(code))
            assert response.answers == answers_of(form)
            texts = Opinion.objects.filter(response=response).exclude(status="withdrawn")
            assert [opinion.text for opinion in texts] == list(filter(None, [form["item-opinion"]]))
        require_valid_state(self.survey)


def answers_of(form: Form) -> Form:
    asked = {"credible": form["item-credible"], "relevant": form["item-relevant"]}
    chosen = [choice for choice in ("press", "web") if choice in form["item-media"]]
    return asked | ({"media": chosen} if chosen else {})


def same(one: Form, other: Form) -> bool:
    return answers_of(one) == answers_of(other) and one["item-opinion"] == other["item-opinion"]


def test_in_any_order_what_was_acknowledged_is_stored_once(attacked: Survey) -> None:
    machine = type("Machine", (Readers,), {"survey": attacked})
    long = settings(driven(16), stateful_step_count=12)
    run_state_machine_as_test(machine, settings=long)
