"""What a web editor pastes: the frames of a survey, as HTML."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from polls.lib.addresses import public_origin
from polls.models import Article, Survey


@dataclass(frozen=True)
class Frame:
    """A page to be framed, at its path. `height`, in pixels: before the script says better."""

    path: str
    title: str
    height: int

    def html(self, base: str, *, width: str = "100%", height: int | None = None) -> str:
        """The frame and its script, on the origin `base`; a title can bring no markup with it."""
        return format_html(
            '<iframe src="{}" title="{}" width="{}" height="{}"'
            ' style="border:0;color-scheme:light" loading="lazy"></iframe>'
            '<script async src="{}"></script>',
            base + self.path,
            self.title,
            width,
            height or self.height,
            base + reverse("embed-loader"),
        )


def form_frame(article: Article) -> Frame:
    with override(article.language):
        title = _("Readers’ consultation: %(title)s") % {"title": article.title}
    return Frame(reverse("embed", args=[article.slug]), title, 1200)


def results_frame(article: Article) -> Frame:
    with override(article.language):
        title = _("Readers’ answers: %(title)s") % {"title": article.title}
    return Frame(reverse("embed-results", args=[article.slug]), title, 1200)


def statement_frame(article: Article, number: int) -> Frame:
    with override(article.language):
        title = _("Statement %(number)s: %(title)s") % {"number": number, "title": article.title}
    return Frame(reverse("embed-statement", args=[article.slug, number]), title, 600)


def snippets(survey: Survey, base: str = "") -> list[tuple[str, str]]:
    """Label and HTML of each frame, in one query; `base` is an origin, else the public one."""
    article, base = survey.article, base or public_origin()
    found = [
        (_("Form, then results"), form_frame(article)),
        (_("Results alone"), results_frame(article)),
    ]
    for statement in article.statements.order_by("number"):
        words = Truncator(statement.text).chars(60)
        label = _("Statement %(number)s: %(title)s") % {"number": statement.number, "title": words}
        found.append((label, statement_frame(article, statement.number)))
    return [(label, frame.html(base)) for label, frame in found]
