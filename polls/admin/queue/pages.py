"""The pages of the desk: the list, one text a screen, and a text's own page."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import Truncator
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from polls.admin.escalations import EscalationForm
from polls.lib.http import private
from polls.lib.numbers import whole
from polls.models import ModerationRule, Opinion, Response, Signal, Survey, read_questionnaire
from polls.moderation.queue import COUNTED, OPEN_STATES, State, number_of, page

from .asked import LIST, READ, SIZES, Asked
from .deciding import kept, undoable
from .rows import Row, rows_of

# Surveys that the filter offers: the newest.
OFFERED = 100


def queue(request: HttpRequest, desk: dict[str, Any]) -> HttpResponse:
    """The queue as it was asked for; `desk` is what the admin says on every page."""
    asked = Asked.of(request.GET)
    size = 1 if asked.reads else asked.size
    found = page(asked.filters, size=size, after=asked.after, before=asked.before)
    rows = rows_of(found.opinions, asked.filters.state)
    context = {
        **common(request, desk, asked),
        "rows": rows,
        "row": rows[0] if asked.reads and rows else None,
        # After a decision one goes on behind this text, whether or not it stays in the list.
        "then": asked.query(after=rows[0].place, before="") if asked.reads and rows else "",
        "notes": found.opinions[0].notes.all() if asked.reads and rows else [],
        "folds": not asked.reads,
        # On long pages the buttons of the grounds stand there once for each survey.
        "brief": {row.opinion.survey_id: row.buttons for row in rows}
        if asked.size > SIZES[0]
        else {},
        "grounds": _grounds(rows),
        "kept": {} if asked.reads else kept(request),
        "in_all": _in_all(asked),
        "links": _links(asked, found.before, found.after),
        "filters": _filters(asked),
        "ratings": ratings(request, found.opinions) if asked.reads else None,
        "title": pgettext("moderators", "Queue"),
    }
    return private(TemplateResponse(request, "admin/polls/opinion/queue.html", context))


def own_page(request: HttpRequest, desk: dict[str, Any], opinion: Opinion) -> HttpResponse:
    """A text with everything that was said and decided about it."""
    asked = Asked.of(request.GET)
    (row,) = rows_of([opinion])
    context = {
        **common(request, desk, asked),
        "row": row,
        "opinion": opinion,
        "own": opinion.pk,
        "versions": opinion.versions.all(),
        "notes": opinion.notes.all(),
        "events": opinion.events.all(),
        "notices": opinion.notices.all(),
        "appeals": opinion.appeals.all(),
        "escalations": opinion.escalations.all(),
        "escalation_form": EscalationForm(),
        "ratings": ratings(request, [opinion]),
        "title": str(opinion).capitalize(),
    }
    return private(TemplateResponse(request, "admin/polls/opinion/change_form.html", context))


def common(request: HttpRequest, desk: dict[str, Any], asked: Asked) -> dict[str, Any]:
    return {
        **desk,
        "opts": Opinion._meta,
        "asked": asked,
        "here": asked.query(ticked=False),
        "moderates": request.user.has_perm("polls.moderate_opinion"),
        "undo": undoable(request),
        # The texts get the room of the list of all models.
        "is_nav_sidebar_enabled": False,
    }


def ratings(
    request: HttpRequest, opinions: Sequence[Opinion]
) -> list[tuple[str, list[tuple[str, str]]]] | None:
    """What the author answered, once it is asked for: it could colour a decision. Questions with
    their answers, under the statement that they are about, or "" for none."""
    if request.GET.get("ratings") != "1" or not opinions:
        return None
    opinion = opinions[0]
    response = Response.objects.filter(opinion=opinion).first()
    given = response.answers if response else {}
    statements = dict(opinion.survey.article.statements.values_list("number", "text"))
    found: dict[str, list[tuple[str, str]]] = {}
    for item in read_questionnaire(opinion.survey_id).counted:
        chosen = [o.label for o in item.options if o.key in _listed(given.get(item.key, []))]
        if chosen:
            about = _about(item.statement, statements)
            found.setdefault(about, []).append((item.wording, ", ".join(chosen)))
    return list(found.items())


def _about(number: int | None, statements: Mapping[int, str]) -> str:
    if number is None:
        return ""
    words = Truncator(statements.get(number, "")).chars(90)
    return _("Statement %(number)s: %(words)s") % {"number": number, "words": words}


def _listed(answer: str | list[str]) -> list[str]:
    return [answer] if isinstance(answer, str) else answer


def _in_all(asked: Asked) -> str:
    """How many texts there are, where that is cheap to know: up to a thousand."""
    found = number_of(asked.filters)
    if found is None:
        return ""
    if found > COUNTED:
        return _("More than %(number)s in all.") % {"number": whole(COUNTED)}
    return _("%(number)s in all.") % {"number": whole(found)}


def _links(asked: Asked, before: str, after: str) -> dict[str, str]:
    """The addresses' queries from here; "" where there is nothing."""
    return {
        "before": asked.query(before=before, after="", ticked=False) if before else "",
        "after": asked.query(after=after, before="", ticked=False) if after else "",
        "start": asked.query(after="", before="", ticked=False)
        if asked.after or asked.before
        else "",
        "mode": asked.query(mode=LIST if asked.reads else READ, ticked=False),
        "tick": asked.query(ticked=True),
        "everywhere": asked.elsewhere(state=State.ALL),
    }


def _filters(asked: Asked) -> dict[str, Any]:
    """The states as links; surveys and signals to choose from."""
    surveys = Survey.objects.frozen().select_related("article").order_by("-pk")
    offered = {survey.pk: str(survey) for survey in surveys[:OFFERED]}
    if asked.filters.survey and asked.filters.survey not in offered:
        offered |= {survey.pk: str(survey) for survey in surveys.filter(pk=asked.filters.survey)}
    return {
        "states": [
            (label, asked.elsewhere(state=value), value == asked.filters.state)
            for value, label in State.choices
        ],
        "surveys": list(offered.items()),
        "signals": Signal.choices if asked.filters.state in OPEN_STATES else [],
        "sizes": [
            (size, asked.query(size=size, after="", before=""), size == asked.size)
            for size in SIZES
        ],
    }


def _grounds(rows: Sequence[Row]) -> list[tuple[str, list[ModerationRule]]]:
    """Of all surveys on the page, for a decision in bulk: by language and kind."""
    spoken = get_language() or ""
    # One of each key, in the words of who reads: in another language it stands for its like there.
    every = sorted(
        {rule.pk: rule for row in rows for rule in row.grounds}.values(),
        key=lambda rule: rule.language == spoken,
    )
    found = {(rule.kind, rule.key): rule for rule in every}
    named: dict[str, list[ModerationRule]] = {}
    several = len({rule.language for rule in found.values()}) > 1
    for rule in found.values():
        kind = _("Laws") if rule.kind == ModerationRule.Kind.LAW else _("Rules of the house")
        named.setdefault(f"{kind} ({rule.language})" if several else kind, []).append(rule)
    return list(named.items())
