"""Decisions from the queue's buttons, alone or in bulk, and one press to undo the last."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from polls.admin.people import member
from polls.models import ModerationRule
from polls.moderation.services import Action, Outcome, ReasonMissing, decide

from .asked import Asked, number
from .telling import done, tell

ACTS = (Action.PUBLISH, Action.REJECT, Action.HOLD, Action.UNDO)
# A text on a button or a ticked box: its id and the version that was read.
TEXT = re.compile(r"([0-9]{1,18}):([0-9]{1,9})")
MOST = 500
# How long the last decision can be undone with one press, in seconds.
UNDO_SECONDS = 900
UNDO = "undo_decision"
# What was ticked and written for a rejection that lacked its ground.
KEPT = "kept_selection"


@dataclass(frozen=True)
class Decision:
    """What was pressed. A ground's own button says no more than the ground: it rejects."""

    act: str
    versions: dict[int, int]
    rule: int = 0
    reason: str = ""

    @classmethod
    def of(cls, given: QueryDict) -> "Decision | None":
        rule = number(given.get("rule"))
        act = given.get("act") or (Action.REJECT if rule else "")
        found = (TEXT.fullmatch(text) for text in given.getlist("text")[: MOST + 1])
        versions = {int(one[1]): int(one[2]) for one in found if one}
        if act not in ACTS or not versions:
            return None
        return cls(act, versions, rule, given.get("reason", "").strip()[:500])


def decide_view(request: HttpRequest) -> HttpResponse:
    """Carry out what was pressed, and go on where the form says, or back after an undoing."""
    here = Asked.again(request.POST.get("here", ""))
    if "undo" in request.POST:
        return _undo_last(request)
    decision = Decision.of(request.POST)
    if decision is None:
        messages.warning(request, _("Nothing was decided: no text was chosen, or no act."))
        return redirect(_address(here, request.POST))
    if len(decision.versions) > MOST:
        messages.error(
            request, _("Nothing was decided: %(most)d texts at once are the most.") % {"most": MOST}
        )
        return redirect(_address(here, request.POST))
    outcome = _carry_out(request, decision)
    if outcome is None:
        request.session[KEPT] = {"texts": list(decision.versions), "reason": decision.reason}
    going_on = Asked.again(request.POST.get("then", "")) if outcome else here
    if outcome and outcome.decided and decision.act != Action.UNDO:
        _remember(request, decision, outcome, here)
    return redirect(_address(going_on, request.POST))


def _carry_out(request: HttpRequest, decision: Decision) -> Outcome | None:
    rejects = decision.act == Action.REJECT
    rule = ModerationRule.objects.filter(pk=decision.rule).first() if rejects else None
    try:
        outcome = decide(
            versions=decision.versions,
            action=decision.act,
            moderator=member(request),
            rule=rule,
            reason=decision.reason if rejects else "",
        )
    except ReasonMissing:
        messages.error(
            request,
            _(
                "Nothing was decided: a rejection needs a rule of the survey or a law, so that its"
                " author can be told why."
            ),
        )
        return None
    tell(request, decision.act, outcome)
    return outcome


def _remember(request: HttpRequest, decision: Decision, outcome: Outcome, here: Asked) -> None:
    """For one press of "Undo": the versions as they are now, on the server and not in the page,
    where five hundred would be sent to and fro."""
    request.session[UNDO] = {
        "key": secrets.token_urlsafe(8),
        "at": timezone.now().timestamp(),
        "act": decision.act,
        "texts": [[opinion.pk, opinion.version] for opinion in outcome.decided],
        "left": outcome.left,
        "here": here.query(),
        "own": "own" in request.POST,
    }


def undoable(request: HttpRequest) -> dict[str, Any] | None:
    """The last decision of this session, as long as it is fresh."""
    last: dict[str, Any] | None = request.session.get(UNDO)
    fresh = last is not None and timezone.now().timestamp() - last["at"] < UNDO_SECONDS
    if not fresh or last is None:
        return None
    what = done(last["act"], len(last["texts"]), last.get("left", 0))
    return {"key": last["key"], "what": what, **_first(last)}


def kept(request: HttpRequest) -> dict[str, Any]:
    """The ticks (ids as `texts`) and the sentence (`reason`) of a rejection that was not carried
    out, for the page that comes again; nothing the second time."""
    found: dict[str, Any] = request.session.pop(KEPT, {})
    return found


def _first(last: dict[str, Any]) -> dict[str, Any]:
    return {"number": last["texts"][0][0]} if len(last["texts"]) == 1 else {}


def _undo_last(request: HttpRequest) -> HttpResponse:
    """Undo what the page offered to undo; another window may have decided since."""
    last = request.session.get(UNDO)
    if not last or last["key"] != request.POST["undo"]:
        messages.warning(
            request,
            _("Nothing was undone: you have decided something else since, or undone it already."),
        )
        return redirect(_address(Asked.again(request.POST.get("here", "")), request.POST))
    del request.session[UNDO]
    outcome = decide(versions=dict(last["texts"]), action=Action.UNDO, moderator=member(request))
    tell(request, Action.UNDO, outcome)
    first = str(last["texts"][0][0])
    fields = {"own" if last["own"] else "next": first}
    return redirect(_address(Asked.again(last["here"]), fields))


def _address(asked: Asked, fields: Any) -> str:
    """The queue's page, at its next text; or the text's own page, if that is where one was."""
    query = asked.query()
    if own := number(str(fields.get("own", ""))):
        base, place = reverse("admin:polls_opinion_change", args=[own]), ""
    else:
        base, following = reverse("admin:polls_opinion_changelist"), number(fields.get("next"))
        place = f"#o{following}" if following else ""
    return f"{base}?{query}{place}" if query else f"{base}{place}"
