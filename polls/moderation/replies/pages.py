"""The page that the code of a right of reply opens."""

from django.utils import timezone

from polls.models import Reply
from polls.moderation.opened import Opened


def opened(receipt_hash: str) -> Opened | None:
    """What became of the reply of this code; None where the code is no reply's."""
    found = Reply.objects.filter(receipt_hash=receipt_hash)
    reply = found.select_related("statement__article").first()
    if reply is None:
        return None
    return Opened(
        template="polls/moderation/reply_receipt.html",
        language=reply.language,
        context={
            "reply": reply,
            "overdue": reply.status == Reply.Status.PENDING and reply.due_at < timezone.now(),
            "s": reply.statement,
            "article": reply.statement.article,
            "asks_reply": True,
        },
    )
