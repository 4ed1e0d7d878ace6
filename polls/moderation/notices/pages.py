"""The page that a notice's code opens: the acknowledgement, and the decision once there is one."""

from django.utils import timezone

from polls.models import Edition, Notice, Opinion, current_edition
from polls.moderation.opened import Opened
from polls.results.access import has_public_results


def opened(receipt_hash: str) -> Opened | None:
    found = Notice.objects.filter(receipt_hash=receipt_hash)
    notice = found.select_related("opinion__survey__article", "decision").first()
    if notice is None:
        return None
    opinion = notice.opinion
    edition = current_edition(opinion.survey.article.slug)
    context = {
        "notice": notice,
        "article": opinion.survey.article,
        "text": opinion.text if _is_public(opinion, edition) else "",
        "hidden": opinion.status in (Opinion.Status.HELD, Opinion.Status.PENDING),
        "returned": _has_returned(notice, opinion),
        "is_late": notice.status == Notice.Status.OPEN and notice.due_at < timezone.now(),
        "decision": notice.decision,
        "opinion": opinion,
    }
    return Opened("polls/moderation/notice_receipt.html", notice.language, context)


def _is_public(opinion: Opinion, edition: Edition | None) -> bool:
    """Whether any stranger may read the text now. (A code proves that somebody reported it, not
    that they may see what is shown to those who have answered.)"""
    if edition is None or edition.survey.pk != opinion.survey_id:
        return False
    return opinion.status == Opinion.Status.PUBLISHED and has_public_results(edition)


def _has_returned(notice: Notice, opinion: Opinion) -> bool:
    """Whether a text that was removed is published again: its author changed or contested it."""
    removed = notice.status == Notice.Status.UPHELD
    return removed and opinion.status == Opinion.Status.PUBLISHED
