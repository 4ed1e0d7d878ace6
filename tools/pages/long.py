"""A consultation at the edge of what fits: 60 statements, 12 choices, words without a break."""

from datetime import date

from django.utils.translation import override

from polls.answering.simulation import simulate
from polls.composing.scales import add_standard_items
from polls.composing.services import add_usual_rules, publish
from polls.models import Article, Choice, Question, Statement, Survey

NUMBERS = range(1, 61)  # of the statements
CHOICES = 12
WORD = "anticonstitutionnellement"  # 25 letters
LONGER = "Rindfleischetikettierungsüberwachungsgesetz"  # 43 letters
PROSE = {
    "fr": "Il l’a dit, puis redit ; personne ne l’a contredit.",
    "en": "It was said, and said again; nobody contradicted it.",
}


def said(language: str, number: int) -> str:
    return f"{PROSE[language]} {WORD} {LONGER} ({number})."


def long_survey(language: str, slug: str) -> Survey:
    """Each statement has two questions of its own; four questions have as many choices as ever."""
    article = Article.objects.create(
        slug=slug,
        language=language,
        title=f"{LONGER} {WORD}",
        standfirst=f"{WORD} " * 6,
        kicker=WORD,
        author=WORD,
        body="\n\n".join(f"{'> ' * (n % 2)}{said(language, n)}" for n in NUMBERS),
        published_on=date(2025, 1, 23),
        source_name=LONGER,
        source_url="https://example.org/" + WORD * 3,
    )
    Statement.objects.bulk_create(
        Statement(
            article=article,
            number=number,
            text=said(language, number),
            form="verbatim" if number % 2 else "reported",
            speaker=LONGER,
            source_name=f"{WORD} {LONGER}",
        )
        for number in NUMBERS
    )
    survey = Survey.objects.create(
        article=article, question=f"{LONGER} ?", results="always", results_from=1
    )
    add_usual_rules(survey)
    with override(language):
        add_standard_items(survey)
    for kind in ("single", "multiple", "scale"):
        _add_question(survey, kind)
    survey = publish(survey=survey)
    simulate(survey=survey, responses=40, seed=5)
    return survey


def _add_question(survey: Survey, kind: str) -> None:
    question = Question.objects.create(
        survey=survey,
        key=f"long-{kind}",
        kind=kind,
        wording=f"{WORD} {LONGER} ?",
        hint=LONGER,
        position=500,
    )
    number = 5 if kind == "scale" else CHOICES
    Choice.objects.bulk_create(
        Choice(
            question=question,
            key=str(position),
            position=position,
            value=position if kind == "scale" else None,
            label=f"{LONGER if position % 3 else WORD} {position}",
        )
        for position in range(1, number + 1)
    )
