"""questionnaire.json: what readers were asked and about what, written and read back."""

import json
from typing import Any

from polls.models import Item, Questionnaire
from polls.results import documents

from .contents import Contents


def dumped(contents: Contents) -> bytes:
    figures = contents.then.results
    value = {
        "survey": figures.slug,
        "edition": figures.edition,
        "language": figures.language,
        "article": figures.identity.article,
        "question": figures.question,
        "statements": documents.freeze(contents.then.statements),
        "items": documents.freeze(contents.edition.questionnaire.items),
    }
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"


def loaded(value: Any) -> Questionnaire:
    """The questions of what `dumped` wrote. Raises KeyError, TypeError, ValueError for others."""
    return Questionnaire(documents.thaw(value["items"], tuple[Item, ...]))
