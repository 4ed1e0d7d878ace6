"""README.md: what each file of a package is, and how to check and recompute."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from polls.results.identity_wording import notice

from . import layout, words
from .contents import Contents

BEFORE = (layout.METHOD, layout.RELEASE, layout.QUESTIONNAIRE)


def readme(contents: Contents, tables: Sequence[str]) -> str:
    """The file as Markdown, in the active language; `tables` are those that the package holds."""
    return "\n\n".join(_paragraphs(contents, tables)) + "\n"


def _paragraphs(contents: Contents, tables: Sequence[str]) -> Iterator[str]:
    yield f"# {contents.order.survey.article.title}"
    yield notice()
    yield f"**{contents.order.audience.label}**"
    if contents.is_internal:
        yield _(
            "It holds political opinions, and texts that nobody agreed to publish: it stays in the"
            " newsroom, and is deleted when it has served. The public package has the same figures."
        )
    yield "\n".join(f"- `{name}`: {words.FILES[name]}" for name in (*BEFORE, *tables))
    yield _("`datapackage.json` describes every file and column (Data Package, version 2.0).")
    yield "## " + _("To check")
    yield _("Unpack it, and compare every file with its checksum:")
    yield f"```\nsha256sum -c {layout.SUMS}\n```"
    yield "## " + _("To recompute")
    yield _(
        "The program that made this package recomputes every figure from it, without a database,"
        " and says where they differ:"
    )
    yield f"```\npython manage.py reproduce {contents.order.name}\n```"
    yield "## " + _("To open the tables")
    yield _(
        "They are CSV with commas, in UTF-8 with a byte order mark. An empty cell means that there"
        " is nothing. A decimal has a point. An apostrophe before a text that begins like a formula"
        " is the work of the export: no spreadsheet shall run what somebody wrote."
    )
