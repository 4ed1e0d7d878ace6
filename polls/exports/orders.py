"""What may be exported, for whom, in which formats: one order is one file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from polls.lib.spreadsheet import iso
from polls.models import Survey, read_questionnaire
from polls.results.identity_wording import notice

from . import codebook, public
from .filters import Filter, Unfit
from .rows import rows
from .table import Table
from .writers import DELIMITERS, PREPARED, STREAMED

PACKAGE = "package"
Watch = Callable[[int], None]


class Content(TextChoices):
    """What is in the file. It decides for whom it is: the two are never mixed up."""

    RESPONSES = "responses", _("every response, with its text")
    FIGURES = "figures", _("the figures")
    OPINIONS = "opinions", _("the published texts")


class Audience(TextChoices):
    INTERNAL = "internal", _("internal: for the newsroom only")
    PUBLIC = "public", _("public: may be given on")


AUDIENCE: Mapping[str, Audience] = {
    Content.RESPONSES: Audience.INTERNAL,
    Content.FIGURES: Audience.PUBLIC,
    Content.OPINIONS: Audience.PUBLIC,
}
# Texts are never prepared: what is withdrawn or rejected meanwhile would still lie in the file.
FORMATS: Mapping[str, tuple[str, ...]] = {
    Content.RESPONSES: (*STREAMED, *PREPARED, PACKAGE),
    Content.FIGURES: (*STREAMED, *PREPARED, PACKAGE),
    Content.OPINIONS: tuple(STREAMED),
}
EXTENSIONS: Mapping[str, str] = {PACKAGE: "zip"}


@dataclass(frozen=True)
class Order:
    """One file. Raises Unfit where no such file can be made."""

    survey: Survey
    content: str = Content.RESPONSES.value
    file_format: str = "csv"
    chosen: Filter = field(default_factory=Filter)
    delimiter: str = "comma"

    def __post_init__(self) -> None:
        if self.content == Content.OPINIONS and self.file_format not in STREAMED:
            raise Unfit(gettext("Published texts come as CSV or JSON Lines only."))
        if self.content not in FORMATS or self.file_format not in FORMATS[self.content]:
            raise Unfit(gettext("There is no such file."))
        if self.delimiter not in DELIMITERS:
            raise Unfit(gettext("The delimiter is comma or semicolon."))
        if self.file_format == PACKAGE and self.chosen != Filter():
            raise Unfit(gettext("A data package is of the whole edition: it takes no filter."))
        if self.content != Content.RESPONSES:
            public.check(self.content, self.chosen)

    @property
    def audience(self) -> Audience:
        return AUDIENCE[self.content]

    @property
    def is_streamed(self) -> bool:
        return self.file_format in STREAMED

    @property
    def extension(self) -> str:
        return EXTENSIONS.get(self.file_format, self.file_format)

    @property
    def name(self) -> str:
        """The file's name, from the slug once more, whatever is stored: nothing of a path or of a
        header's line gets through."""
        slug = slugify(self.survey.article.slug) or "survey"
        parts = f"{slug}-{self.survey.edition}-{self.audience.value}-{self.content}"
        # What is given on leaves its page behind, and the label with it.
        made_up = "-simulated" if self.survey.simulated and self.content != "responses" else ""
        package = "-package" if self.file_format == PACKAGE else ""
        return f"{parts}{made_up}{self.chosen.suffix}{package}.{self.extension}"

    def table(self, watch: Watch | None = None) -> Table:
        """Its rows, not read yet, under its columns."""
        if self.content == Content.OPINIONS:
            return public.opinions_table(self.survey, self.about, watch)
        if self.content == Content.FIGURES:
            return public.figures_table(self.survey, self.chosen, self.about, watch)
        questionnaire = read_questionnaire(self.survey.pk)
        return Table(
            "responses",
            codebook.described(self.survey, questionnaire),
            rows(self.survey, questionnaire, self.chosen, watch=watch),
            self.about,
        )

    @property
    def about(self) -> dict[str, str]:
        """What the file says of itself, in the language of the article."""
        survey = self.survey
        with override(survey.article.language):
            return {
                "title": f"{survey.article.title} – {Content(self.content).label}",
                "survey": survey.article.slug,
                "edition": str(survey.edition),
                "question": survey.question,
                "audience": str(self.audience.label),
                "notice": notice(),
                "simulated": gettext("simulated readers among them") if survey.simulated else "",
                "filter": "; ".join(f"{name}={text}" for name, text in self.chosen.words.items()),
                "language": survey.article.language,
                "made": iso(timezone.now()),
            }
