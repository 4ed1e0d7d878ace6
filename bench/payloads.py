"""Bodies of submissions as a browser sends them: `python -m bench.payloads SLUG FILE QUESTIONS`.

Run beside the application's database; the client key is left to the load generator. QUESTIONS is
a file, too: what was asked, as JSON, for the peers.
"""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

NUMBER, SEED = 2000, 1


def main(slug: str, file: str, questions: str) -> None:
    django.setup()
    from polls.answering.simulation.readers import readers  # models: only after the setup
    from polls.models import Survey, read_edition

    survey = Survey.objects.current(slug)
    if survey is None:
        raise SystemExit(f"There is no published survey at {slug}.")
    edition = read_edition(survey)
    text = edition.questionnaire.text
    lines = [body(reader, text.key if text else None) for reader in readers(edition, NUMBER, SEED)]
    Path(file).write_text("\n".join(lines))
    asked = [
        {
            "key": item.key,
            "label": item.wording,
            "required": item.required,
            "options": [(option.key, option.label) for option in item.options],
        }
        for item in edition.questionnaire.items
    ]
    Path(questions).write_text(json.dumps(asked))


def body(reader: Any, text: str | None) -> str:
    """`text`: the key of the item that is answered in words, where there is one."""
    fields = {f"item-{key}": answer for key, answer in reader.answers.items()}
    if text:  # the area is sent when it is empty, too
        fields[f"item-{text}"] = reader.text.replace("\n", "\r\n")
    if reader.may_publish:
        fields["consent_publication"] = "on"
    if reader.show_ratings:
        fields["consent_ratings"] = "on"
    fields["consent_counting"] = "on"
    return urlencode(fields, doseq=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
