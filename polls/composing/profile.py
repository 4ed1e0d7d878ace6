"""Ready-made items about the reader: results can be told apart by them, and weighted.

Each is optional and has a way to say nothing. They ask as little as serves: bands, never a date of
birth; nothing that a law calls sensitive.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from polls.models import Choice, Question, Survey

from .scales import Frozen

POSITION = 8000  # after what is asked about the subject, before the free text
SILENT = "none"


def ready_items() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Key, wording and choices of each item, in the language that is active."""
    bands = [(15, 24), (25, 34), (35, 49), (50, 64)]
    ages = [
        (
            f"{youngest}-{oldest}",
            _("%(youngest)s to %(oldest)s") % {"youngest": youngest, "oldest": oldest},
        )
        for youngest, oldest in bands
    ]
    follows = [
        ("closely", _("Closely")),
        ("now-and-then", _("Now and then")),
        ("hardly", _("Hardly or not at all")),
    ]
    return [
        ("age", _("How old are you?"), [*ages, ("65", _("65 or older"))]),
        ("follows", _("How closely do you follow this subject?"), follows),
    ]


@transaction.atomic
def add_profile_items(survey: Survey) -> int:
    """Add the items that the survey doesn't ask yet; return how many. Raises Frozen."""
    if survey.is_frozen:
        raise Frozen
    with override(survey.article.language):
        taken = set(survey.questions.values_list("key", flat=True))
        missing = [item for item in ready_items() if item[0] not in taken]
        for offset, (key, wording, choices) in enumerate(missing):
            question = Question.objects.create(
                survey=survey,
                key=key,
                position=POSITION + 10 * offset,
                kind=Question.Kind.SINGLE,
                wording=wording,
                profile=True,
            )
            Choice.objects.bulk_create(
                Choice(question=question, key=choice, label=label, position=position)
                for position, (choice, label) in enumerate(
                    [*choices, (SILENT, _("I’d rather not say"))], start=1
                )
            )
    return len(missing)
