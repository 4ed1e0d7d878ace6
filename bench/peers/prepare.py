"""The sample's questions in a peer, and the readers' answers as its form names them.

`python -m bench.peers.prepare QUESTIONS BODIES OUT` reads what `bench.payloads` wrote, makes the
survey, writes the bodies that a browser would post to it, and prints the address of its page.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import django
from django.apps import apps

from bench.peers.settings import APPS, PEER

NAME = "stargate"


class Field(NamedTuple):
    """How a peer's form names an item, and its choices by ours; a text has none."""

    name: str
    choices: dict[str, str]


def form_surveys(questions: list[dict[str, Any]]) -> tuple[str, dict[str, Field]]:
    survey = model("Survey").objects.create(name=NAME, can_anonymous_user=True)
    kinds = importlib.import_module("djf_surveys.models").TYPE_FIELD
    choices = importlib.import_module("djf_surveys.forms").make_choices
    fields = {}
    for number, item in enumerate(questions):
        question = model("Question").objects.create(
            survey=survey,
            label=item["label"],
            type_field=kinds.radio if item["options"] else kinds.text_area,
            choices=", ".join(label for _, label in item["options"]),
            required=item["required"],
            ordering=number,
        )
        values = [value for value, _ in choices(question)] if item["options"] else []
        fields[item["key"]] = field(f"field_survey_{question.pk}", item, values)
    return f"/surveys/create/{survey.slug}/", fields


def survey_and_report(questions: list[dict[str, Any]]) -> tuple[str, dict[str, Field]]:
    survey = model("Survey").objects.create(
        name=NAME, description="", need_logged_user=False, editable_answers=False
    )
    fields = {}
    for number, item in enumerate(questions):
        question = model("Question").objects.create(
            survey=survey,
            text=item["label"],
            order=number,
            required=item["required"],
            type="radio" if item["options"] else "text",
            choices=", ".join(label for _, label in item["options"]),
        )
        values = [value for value, _ in question.get_choices()]
        fields[item["key"]] = field(f"question_{question.pk}", item, values)
    return f"/surveys/{survey.pk}/", fields


def model(name: str) -> Any:
    return apps.get_model(APPS[PEER][0], name)


def field(name: str, item: dict[str, Any], values: list[str]) -> Field:
    keys = [key for key, _ in item["options"]]
    return Field(name, dict(zip(keys, values, strict=True)))


def bodies(lines: list[str], fields: dict[str, Field]) -> Iterator[str]:
    for line in lines:
        posted = {}
        for name, value in parse_qsl(line, keep_blank_values=True):
            if name.startswith("item-"):  # consents have no counterpart
                known = fields[name.removeprefix("item-")]
                posted[known.name] = known.choices.get(value, value)
        yield urlencode(posted)


def main(questions: str, source: str, out: str) -> None:
    django.setup()
    make = {"django-form-surveys": form_surveys, "django-survey-and-report": survey_and_report}
    page, fields = make[PEER](json.loads(Path(questions).read_text()))
    lines = Path(source).read_text().splitlines()
    Path(out).write_text("\n".join(bodies(lines, fields)))
    print(page)


if __name__ == "__main__":
    main(*sys.argv[1:])
