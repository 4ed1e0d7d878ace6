"""On which grounds a text may be rejected: the rules of its survey, and the laws."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from polls.models import ModerationRule, Survey


def grounds_of(surveys: Iterable[Survey]) -> dict[int, list[ModerationRule]]:
    """By the id of the survey, the rules of the house first; two queries for all of them."""
    known = list({survey.pk: survey for survey in surveys}.values())
    prefetch_related_objects(known, "article", "rules")
    languages = {survey.article.language for survey in known}
    laws = list(ModerationRule.objects.filter(kind=ModerationRule.Kind.LAW, language__in=languages))
    return {
        survey.pk: [
            *survey.rules.all(),
            *(law for law in laws if law.language == survey.article.language),
        ]
        for survey in known
    }
