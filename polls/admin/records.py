"""Lists of records that grow without end: a page is read behind a place in an index, and nothing is
counted, skipped, or sorted that the index doesn't sort."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.db.models import F, QuerySet, Subquery
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from polls.lib.numbers import moment

from .readonly import ReadOnlyAdmin

OLDER = "older"  # in the address: the number of the event behind which a page begins


class RecordList(ChangeList):
    """Django's list of a model in the order (-at, -id), page by page into the past."""

    older_url = ""
    newest_url = ""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        # Out of the parameters, or Django takes it for a filter and the filters' links keep it.
        place = self.params.pop(OLDER, "")
        self.filter_params.pop(OLDER, None)
        found: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        if not (place.isascii() and place.isdigit() and len(place) < 19):
            return found
        self.newest_url = self.get_query_string()
        number = int(place)
        # The moment as the database has it: SQLite compares moments as text.
        at = Subquery(self.model._default_manager.filter(pk=number).order_by().values("at"))
        return found.filter(TupleLessThan(Tuple(F("at"), F("id")), (at, number)))

    def get_results(self, request: HttpRequest) -> None:
        rows = list(self.queryset[: self.list_per_page + 1])
        self.result_list = rows[: self.list_per_page]
        if len(rows) > self.list_per_page:
            self.older_url = self.get_query_string({OLDER: self.result_list[-1].pk})
        self.result_count, self.full_result_count = len(self.result_list), None
        self.show_full_result_count = self.show_admin_actions = False
        self.can_show_all = self.multi_page = False
        self.paginator = None


class Who(admin.SimpleListFilter):
    """By account; the names in the rows are those of their days."""

    title = gettext_lazy("who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        staff = User.objects.filter(is_staff=True).order_by("username")
        people = [(str(pk), name) for pk, name in staff.values_list("pk", "username")]
        return [("0", _("nobody of the newsroom")), *people]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        who = self.value()
        if who is None or not who.isdigit():
            return queryset
        return queryset.filter(actor=int(who)) if int(who) else queryset.filter(actor__isnull=True)


class RecordAdmin(ReadOnlyAdmin):
    """A record to read, the newest first."""

    sortable_by = ()  # in any other order it would be sorted as a whole
    list_per_page = 100
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "admin/polls/transparency/records.html"
    change_form_template = "admin/polls/transparency/event.html"

    def heading(self, obj: Any) -> str:
        return f"{capfirst(obj.get_action_display())}, {moment(obj.at)}"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordList
