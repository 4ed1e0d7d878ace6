"""The ways by which an answer comes in: the article's page, and a frame on another site."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from polls.models import Response

# In a frame a link to another page opens beside it, so that nothing typed is lost.
OUTSIDE = mark_safe(' target="_blank" rel="noopener"')
INSIDE = SafeString("")


@dataclass(frozen=True)
class Door:
    """Where a submission is sent, and what the pages that answer it look like and lead back to.

    `page` and `responses` are names of addresses, `template` shows the form at `page`, and
    `layout` is what stands around every page that a reader meets on this way.
    """

    channel: str
    page: str
    responses: str
    template: str
    layout: str
    framed: bool = False

    def context(self, slug: str = "") -> dict[str, Any]:
        """What templates need to stay on this way; without a slug, no address of the survey."""
        known = {"layout": self.layout, "framed": self.framed}
        known["outside"] = OUTSIDE if self.framed else INSIDE
        if not slug:
            return known
        addresses = {"page_url": self.page, "responses_url": self.responses}
        return known | {name: reverse(view, args=[slug]) for name, view in addresses.items()}


PAGE = Door(
    channel=Response.Channel.PAGE,
    page="article",
    responses="responses",
    template="polls/answering/article.html",
    layout="base.html",
)
