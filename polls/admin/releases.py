"""Releases: composed on a page of the survey, and only looked at afterwards."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from polls.lib.http import private
from polls.lib.numbers import day
from polls.models import (
    Blackout,
    Item,
    Questionnaire,
    Release,
    Survey,
    read_edition,
    read_questionnaire,
)
from polls.results.erasure import Erased
from polls.results.identity_wording import quoted
from polls.results.releases.frozen import MOST_CROSSES, Chosen
from polls.results.releases.services import (
    ClaimsUnanswered,
    NothingToRelease,
    TooFewChanged,
    draft_release,
    publish_release,
)
from polls.results.releases.views import release_page

from .desk.consultations import name_of
from .filters import ArticleFilter
from .people import member
from .readonly import ReadOnlyAdmin

SEPARATOR = "|"  # in no key


def pairs(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    """The crossings that are offered, as value and label: what the reader is by what the reader
    answers on the whole, those among themselves, and each statement's two aspects."""
    whole = [item for item in questionnaire.counted if item.statement is None]
    profile = [item for item in whole if item.profile]
    opinions = [item for item in whole if not item.profile]
    found = [(a, b) for a in profile for b in opinions]
    found += [(a, b) for n, a in enumerate(opinions) for b in opinions[n + 1 :]]
    numbers = sorted({item.statement for item in questionnaire.counted if item.statement})
    for number in numbers:
        about = questionnaire.about(number)
        found += [(about[0], about[1])] if len(about) > 1 else []
    return [(f"{a.key}{SEPARATOR}{b.key}", f"{_short(a)} × {_short(b)}") for a, b in found]


def _short(item: Item) -> str:
    return item.wording if item.statement is None else f"{item.statement}. {item.wording}"


class ReleaseForm(forms.Form):
    """What the editor adds to the figures."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        widget=forms.TextInput({"class": "vLargeTextField"}),
    )
    commentary = forms.CharField(
        label=gettext_lazy("Commentary"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 10, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Markdown, as in an article. It stands above the figures."),
    )
    pairs = forms.MultipleChoiceField(
        label=gettext_lazy("Comparisons to publish with it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Six at most. Groups that are too small are left out."),
    )
    trends = forms.BooleanField(
        label=gettext_lazy("Course over time"),
        required=False,
        help_text=gettext_lazy("The items on the whole, with dated events and corrections."),
    )
    scenario = forms.BooleanField(
        label=gettext_lazy("Weighted scenario"),
        required=False,
        help_text=gettext_lazy("Where the conditions of the method are met."),
    )
    claims_answer = forms.CharField(
        label=gettext_lazy("Why words that claim more stay"),
        required=False,
        max_length=300,
        widget=forms.TextInput({"class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "Asked for where title or commentary say “poll”, “the French”, “majority”…"
            " The answer goes on the record."
        ),
    )

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pairs"].choices = pairs(questionnaire)  # type: ignore[attr-defined]

    def clean_pairs(self) -> tuple[tuple[str, ...], ...]:
        chosen = self.cleaned_data["pairs"]
        if len(chosen) > MOST_CROSSES:
            raise forms.ValidationError(_("Choose six at most."))
        return tuple(tuple(pair.split(SEPARATOR)) for pair in chosen)

    def values(self) -> dict[str, Any]:
        """What the services take."""
        data = dict(self.cleaned_data)
        parts = {name: data.pop(name) for name in ("pairs", "trends", "scenario")}
        return data | {"chosen": Chosen(**parts)}


def release_view(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Compose a release, look at it, publish it."""
    data = request.POST if request.method == "POST" else None
    form = ReleaseForm(data, questionnaire=read_questionnaire(survey.pk))
    if form.is_valid() and (answer := _act(request, survey, form)):
        return answer
    edition = read_edition(survey)
    context = admin.site.each_context(request) | {
        "survey": survey,
        "form": form,
        "blackout": next((w for w in edition.blackouts if _is_now(w)), None),
        "title": _("New release of the results"),
        "subtitle": name_of(survey),
        "opts": Survey._meta,
    }
    return TemplateResponse(request, "admin/polls/survey/release.html", context)


def _is_now(window: Blackout) -> bool:
    return window.starts_at <= timezone.now() < window.ends_at


def _act(request: HttpRequest, survey: Survey, form: ReleaseForm) -> HttpResponse | None:
    """Show the page that it would be, or publish it; None where the form must be mended."""
    values = form.values()
    try:
        if "_preview" in request.POST:
            values.pop("claims_answer")
            return _preview(draft_release(survey=survey, **values))
        release = publish_release(survey=survey, by=member(request), **values)
    except ClaimsUnanswered as claimed:
        form.add_error("claims_answer", _claimed(claimed))
    except TooFewChanged:
        form.add_error(
            None,
            _(
                "Fewer than five answers have changed since the last release: the difference would"
                " tell how those few readers answered. Wait for more."
            ),
        )
    except Erased as erased:
        form.add_error(None, _erased(erased))
    except NothingToRelease:
        form.add_error(None, _("There are not enough answers for figures to be shown yet."))
    else:
        number = {"number": release.number}
        if read_edition(survey).is_blacked_out():
            messages.warning(
                request,
                _("Release %(number)s is made; readers see it after the blackout.") % number,
            )
        else:
            messages.success(request, _("Release %(number)s is published.") % number)
        return redirect("admin:polls_survey_dashboard", survey.pk)
    return None


def _preview(release: Release) -> HttpResponse:
    """The page as readers would see it; nothing is stored, and the figures go on changing."""
    article = release.survey.article
    with override(article.language):
        context = release_page(article, release) | {"preview": True}
        return private(HttpResponse(render_to_string("polls/results/release.html", context)))


def _erased(erased: Erased) -> str:
    return _(
        "The answers were deleted on %(day)s, after their time: no comparison can be made of them"
        " any more, and the last release, where there is one, is final."
    ) % {"day": day(timezone.localtime(erased.at))}


def _claimed(claimed: ClaimsUnanswered) -> str:
    return _(
        "%(words)s: that claims more than a consultation of readers can. Change it, or say here, in"
        " a sentence, why it stays."
    ) % {"words": quoted(claimed.words)}


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    list_display = ("number", "title", "survey", "at", "actor_name", "page")
    list_filter = (("survey__article", ArticleFilter),)
    list_select_related = ("survey__article",)
    search_fields = ("title",)
    fields = (
        "number",
        "title",
        "survey",
        "at",
        "actor_name",
        "commentary",
        "claims_answer",
        "digest",
    )

    @admin.display(description=gettext_lazy("page"))
    def page(self, release: Release) -> SafeString:
        url = reverse("release", args=[release.survey.article.slug, release.number])
        return format_html('<a href="{}">{}</a>', url, url)
