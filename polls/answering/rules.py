"""The rules by which texts are moderated, as they hold for one consultation."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.http import require_safe

from polls.lib.http import by_all, public_page
from polls.models import current_edition
from polls.moderation.appeals import CONTESTABLE
from polls.moderation.grounds import grounds_of
from polls.moderation.notices.services import DUE_RULES, DUE_URGENT
from polls.moderation.services import SECOND_LOOKS

SECONDS = 60


@require_safe
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Of the edition at the article's address, in the article's language."""
    edition = current_edition(slug)
    if edition is None:
        raise Http404
    grounds = grounds_of([edition.survey])[edition.survey.pk]
    context = {
        "edition": edition,
        "survey": edition.survey,
        "article": edition.article,
        "house": [ground for ground in grounds if ground.kind == "rule"],
        "laws": [ground for ground in grounds if ground.kind == "law"],
        "contestable_days": CONTESTABLE.days,
        "due_days": DUE_RULES.days,
        "due_hours": int(DUE_URGENT.total_seconds() // 3600),
        "second_looks": round(SECOND_LOOKS * 100),
    }
    with override(edition.article.language):
        html = render_to_string("polls/answering/rules.html", context)
    return public_page(request, html.encode(), kept=by_all(SECONDS))
