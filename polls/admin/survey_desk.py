"""What the list and the page of surveys show beside the form: counts, state, what can be done."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from polls.composing.checking import problems
from polls.models import WAITS, Opinion, Survey, Tally
from polls.results.erasure import erased_since

from .survey_acts import publishing_title
from .survey_course import State, course, state_of


def counted(surveys: QuerySet[Survey]) -> QuerySet[Survey]:
    """With the answers that count (`answered`) and the texts that wait (`waiting`), or None."""
    answered = Tally.objects.filter(survey=OuterRef("pk"), question="", choice="", excluded=False)
    summed = answered.values("survey").annotate(total=Sum("count")).values("total")
    waits = Opinion.objects.filter(WAITS, survey=OuterRef("pk")).order_by().values("survey")
    waiting = waits.annotate(number=Count("pk")).values("number")
    return surveys.annotate(
        answered=Subquery(summed, output_field=IntegerField()),
        waiting=Subquery(waiting, output_field=IntegerField()),
    )


class StateFilter(admin.SimpleListFilter):
    """By the state that the list shows, which is the clock's too."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        ahead, over = Q(opens_at__gt=Now()), Q(closes_at__lte=Now())
        published = Q(status=Survey.Status.PUBLISHED)
        asked: dict[str, Q] = {
            State.DRAFT: Q(status=Survey.Status.DRAFT),
            State.UPCOMING: published & ahead,
            State.OPEN: published & ~ahead & ~over,
            State.CLOSED: published & over,
            State.DOWN: Q(status=Survey.Status.UNPUBLISHED),
        }
        return queryset.filter(asked.get(self.value() or "", Q()))


def desk(survey: Survey) -> dict[str, Any]:
    """What the head of a survey's page says, and which buttons it has."""
    found = problems(survey) if not survey.is_frozen else []
    state = state_of(survey)
    return {
        "survey": survey,
        "state": state,
        "course": course(survey),
        "problems": found,
        "blocked": any(problem.blocking for problem in found),
        "publishing": publishing_title(survey),
        "erased": state == State.CLOSED and erased_since(survey.pk) is not None,
    }
