"""What the counted things are called, in the language that is active."""

from collections.abc import Mapping

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from polls.lib.numbers import day
from polls.models import Appeal, Notice, Reply

from .periods import Period

Words = Mapping[str, str | Promise]

TEXTS: Words = {
    "for_publication": _("To be published"),
    "private": _("For the newsroom alone"),
    "gone": _("Taken back or erased since"),
    "edited": _("Texts changed by their authors"),
    "withdrawn": _("Texts taken back by their authors"),
    "erased": _("Texts erased after their time"),
    "escalations": _("Threats told to the authorities"),
}
DECISIONS: Words = {
    "published_before": _("Published after being read"),
    "published_at_once": _("Published at once, to be read afterwards"),
    "left_published": _("Read after publication, and left"),
    "rejected_before": _("Rejected before publication"),
    "rejected_after": _("Removed after publication"),
    "held": _("Put on hold"),
    "hidden": _("Hidden until decided, after a notice"),
    "undone": _("Decision undone"),
    "overturned": _("Published on appeal"),
    "confirmed": _("Rejection confirmed on appeal"),
}
NOTICES: Words = {
    "open": pgettext_lazy("notices", "Open"),
    "removed_law": _("Text removed: a law"),
    "removed_rule": _("Text removed: a rule of the house"),
    "dismissed": _("Text left"),
    "moot": _("Settled: text taken back by its author"),
}
CLAIMS: Words = {
    Notice.Claim.RULES: pgettext_lazy("notices of", "Rules"),
    Notice.Claim.ILLEGAL: pgettext_lazy("notices of", "Illegality"),
    Notice.Claim.THREAT: pgettext_lazy("notices of", "Threat"),
}
APPEALS: Words = {
    Appeal.Status.OPEN: pgettext_lazy("appeals", "Open"),
    Appeal.Status.UPHELD: _("Upheld: the text is published"),
    Appeal.Status.DISMISSED: _("Dismissed: the decision stands"),
    Appeal.Status.MOOT: _("Settled: text changed or taken back"),
}
REPLIES: Words = {
    Reply.Status.PENDING: pgettext_lazy("replies", "Open"),
    Reply.Status.PUBLISHED: pgettext_lazy("replies", "Published"),
    Reply.Status.REFUSED: pgettext_lazy("replies", "Refused"),
    Reply.Status.WITHDRAWN: pgettext_lazy("replies", "Taken back"),
}
DELAYS: Words = {
    "decisions": _("Texts, until a person decided"),
    "notices": _("Notices, until answered"),
    "appeals": _("Appeals, until decided"),
    "replies": _("Rights of reply, until published or refused"),
}
ALONE = _("Decided by who had decided before, for want of a colleague")
OVERDUE = _("of which past their time")
TOTAL = pgettext_lazy("of a table", "Total")


def name_of(period: Period) -> str:
    """ "2026", "3rd quarter of 2026", "September 2026", or two dates."""
    if ".." in period.key:
        span = {"first": day(period.first), "last": day(period.last)}
        return gettext("%(first)s to %(last)s") % span
    if "-q" in period.key:
        return quarter_name(period)
    if "-" in period.key:
        return date_format(period.first, "F Y")
    return period.key


def quarter_name(period: Period) -> str:
    names = (
        gettext("first quarter of %(year)s"),
        gettext("second quarter of %(year)s"),
        gettext("third quarter of %(year)s"),
        gettext("fourth quarter of %(year)s"),
    )
    return names[period.first.month // 3] % {"year": period.first.year}


def duration(seconds: int | None) -> str:
    """In the unit that fits, rounded up as "within" wants it; hours from two of them on, and
    days. A dash for nothing."""
    if seconds is None:
        return "–"
    minutes, hours, days = (-(-seconds // unit) for unit in (60, 3600, 86_400))
    if seconds < 60:
        return gettext("less than a minute")
    if seconds < 2 * 3600:
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    if seconds < 2 * 86_400:
        return ngettext("%d hour", "%d hours", hours) % hours
    return ngettext("%d day", "%d days", days) % days
