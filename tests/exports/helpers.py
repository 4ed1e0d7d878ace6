"""What a program makes of an exported file, and many responses to export."""

import csv
import io
import re
import secrets

from django.core.management import call_command

from polls.lib.text import FORMULA_STARTS
from polls.models import Opinion, Response, Survey

SAMPLE = "stargate-musk"
# As docs/exports.md gives it.
GUARD = r"""(^|[;\t\r\n])'(?="*[=+\-@＝＋－＠\t\r\n\0])"""


def table(content: bytes, delimiter: str = ",") -> list[list[str]]:
    """All rows with the header, read by the rules of CSV."""
    text = content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def records(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    header, *rows = table(content, delimiter)
    return [dict(zip(header, row, strict=True)) for row in rows]


def unguarded(cell: str, delimiter: str = ",") -> str:
    """A cell as it was before the formula guard, as docs/exports.md says."""
    guard = GUARD if delimiter == "," else GUARD.replace(";", ",")
    return re.sub(guard, r"\1", cell)


def is_formula(cell: str) -> bool:
    return cell.startswith(FORMULA_STARTS)


def sample_survey() -> Survey:
    call_command("load_sample", verbosity=0)
    return Survey.objects.select_related("article").get(article__slug=SAMPLE)


def make_many(survey: Survey, number: int) -> None:
    """Responses with a text each, in two statements: for what only shows when there are many."""
    made = Response.objects.bulk_create(
        Response(
            survey=survey,
            reader_key=secrets.token_hex(32),
            receipt_hash=secrets.token_hex(32),
            answers={"credible": "2", "relevant": "none"},
            language="fr",
            consent_version=1,
        )
        for _ in range(number)
    )
    Opinion.objects.bulk_create(
        Opinion(response=response, survey=survey, text=f"Avis, {'et ' * 60}", may_publish=True)
        for response in made
    )
