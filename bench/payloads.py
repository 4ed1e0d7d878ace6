"""Bodies of submissions as a browser sends them: `python -m bench.payloads SLUG FILE`.

Run beside the application's database; the client key is left to the load generator.
"""

import sys
from pathlib import Path
from urllib.parse import urlencode

import django

NUMBER, SEED = 2000, 1


def main(slug: str, file: str) -> None:
    django.setup()
    from polls.answering.simulation.readers import readers  # models: only after the setup
    from polls.models import Survey, read_edition

    survey = Survey.objects.current(slug)
    if survey is None:
        raise SystemExit(f"There is no published survey at {slug}.")
    edition = read_edition(survey)
    text = edition.questionnaire.text
    lines = []
    for reader in readers(edition, NUMBER, SEED):
        fields: dict[str, str | list[str]] = {
            f"item-{key}": answer for key, answer in reader.answers.items()
        }
        if text:  # the area is sent when it is empty, too
            fields[f"item-{text.key}"] = reader.text.replace("\n", "\r\n")
        if reader.may_publish:
            fields["consent_publication"] = "on"
        if reader.show_ratings:
            fields["consent_ratings"] = "on"
        fields["consent_counting"] = "on"
        lines.append(urlencode(fields, doseq=True))
    Path(file).write_text("\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
