"""A stored answer in words, for its author."""

from dataclasses import dataclass

from polls.models import Questionnaire, Response


@dataclass(frozen=True)
class ShownAnswer:
    wording: str
    statement: int | None
    labels: tuple[str, ...]


def shown_answers(questionnaire: Questionnaire, response: Response) -> list[ShownAnswer]:
    """Each item that was answered, with the labels that were chosen, in the order of the form."""
    shown = []
    for item in questionnaire.counted:
        given = response.answers.get(item.key, [])
        keys = [given] if isinstance(given, str) else given
        labels = tuple(option.label for option in item.options if option.key in keys)
        if labels:
            shown.append(ShownAnswer(item.wording, item.statement, labels))
    return shown
