"""What a program makes of an exported file, and many responses to export."""

import csv
import io
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from polls.exports.table import Column, Row, Rows, Table
from polls.lib.text import FORMULA_STARTS
from polls.models import Flag, FlagGroup, Opinion, Response, Survey
from tests.factories import make_draft, make_question

SAMPLE = "stargate-musk"
# As docs/exports.md gives it.
GUARD = r"""(^|[;\t\r\n])'(?="*[=+\-@＝＋－＠\t\r\n\0])"""

# Of every kind that a reader may write and a format may break; none has NUL (`make_texts`).
TEXTS = [
    "Oui.",
    *(f"{start}1+1" for start in FORMULA_STARTS if start != "\0"),
    *(f"{start}x" for start in ("'", "''=", "=cmd|' /C calc'!A0 ", "@SUM(1)*cmd|", "'=", '"=')),
    *(f"a{split}{start}1" for split in "\t\n\r,;" for start in ("=", "-", "＝", "＠")),
    *(f'a{split}{quotes}+1"' for split in "\t\n\r,;" for quotes in ('"', '"""')),
    'Il a dit « oui », puis "non", puis ""rien""',
    '"',
    '""',
    "une ligne\nune autre\n\nla dernière\n",
    "fin de ligne\r\nde Windows\r\n",
    "retour\rseul\r",
    "virgule, point-virgule; tabulation\tfin",
    "👩🏽‍🚀 🇫🇷 e\u0301 😀" * 3,
    "مرحبا \u202eabc\u202c שלום",
    "\u200b\u2060\ufeff\u00ad",
    "\ufefftexte",
    " des blancs devant",
    "\u00a0\u3000",
    "\\ \\n \\t \\\\ C:\\temp",
    "\\.",
    "avant\n\\.\naprès",
    "\\N",
    "NULL",
    "null None NaN nan #N/A",
    "100 % %s %(nom)s %%",
    "l’apostrophe ' et '' encore",
    "007",
    "1e5",
    "2025-01-23",
    "TRUE",
    "http://exemple.fr <b>&amp;</b>",
    "<r><t>riche</t></r>",
    '<r></t></is></c><c r="A9"><f>1+1</f></c></r>',
    "_x0041_ _x000D_",
    "\x01\x08\x0b\x0c\x1f\x7f\x85",
    "\u2028\u2029\ufffe\uffff\ufffd",
    "é" * 1000,
    "à la ligne\n" * 250,
]


def plain(
    columns: Iterable[Column], rows: Iterable[Row], name: str = "texts", **about: str
) -> Table:
    """A table of no survey."""
    return Table(name, tuple(columns), Rows(rows), about)


def of_texts(texts: Iterable[str], **about: str) -> Table:
    columns = [Column("number", "number"), Column("text", "text")]
    return plain(columns, enumerate(texts, start=1), **about)


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


def make_texts(survey: Survey, texts: Sequence[str]) -> None:
    """A response for each text, exactly as it is: a form would refuse or change some."""
    made = Response.objects.bulk_create(_bare(survey, {"credible": "2"}) for _ in texts)
    Opinion.objects.bulk_create(
        Opinion(response=response, survey=survey, text=text, may_publish=True)
        for response, text in zip(made, texts, strict=True)
    )


def _bare(survey: Survey, answers: dict[str, str | list[str]]) -> Response:
    return Response(
        survey=survey,
        reader_key=secrets.token_hex(32),
        receipt_hash=secrets.token_hex(32),
        answers=answers,
        language="fr",
        consent_version=1,
    )


def make_every_kind() -> Survey:
    """A survey with every kind of item, answer, text and state that an export can hold."""
    survey = make_draft()
    make_question(survey, "source", "multiple", "a a-b b-a a_b")
    make_question(survey, "age", "single", "jeune vieux")
    Survey.objects.filter(pk=survey.pk).update(status="published", published_at=timezone.now())
    given: list[dict[str, str | list[str]]] = [
        {},
        {"credible": "none", "relevant": "5", "age": "vieux", "source": ["a"]},
        {"s1-credible": "1", "source": ["a-b", "a_b"]},
        {"source": []},
        {"source": ["b-a"], "age": "jeune"},
        {"credible": "1", "source": ["a", "a-b", "b-a", "a_b"]},
    ]
    states = [*Opinion.Status.values, ""]
    made = Response.objects.bulk_create(_bare(survey, answers) for answers in given for _ in states)
    Opinion.objects.bulk_create(
        _opinion(response, state, place)
        for place, (response, state) in enumerate(zip(made, states * len(given), strict=True))
        if state
    )
    _mark(survey, made)
    return Survey.objects.select_related("article").get(pk=survey.pk)


def _opinion(response: Response, status: str, place: int) -> Opinion:
    gone = status in (Opinion.Status.WITHDRAWN, Opinion.Status.ERASED)
    return Opinion(
        response=response,
        survey=response.survey,
        text="" if gone else f"Avis {place}",
        status=status,
        may_publish=status == Opinion.Status.PUBLISHED or place % 2 == 0,
        show_ratings=place % 3 == 0,
    )


def _mark(survey: Survey, made: Sequence[Response]) -> None:
    """Some were changed, set aside, flagged by one rule or by several; one was withdrawn."""
    ids = [response.pk for response in made]
    of = Response.objects.filter
    of(pk__in=ids[1::4]).update(changed_at=F("submitted_at") + timedelta(milliseconds=61_999))
    of(pk__in=ids[2::5]).update(excluded=True)
    of(pk__in=ids[3::6]).update(channel="simulation")
    of(pk=ids[0]).update(withdrawn_at=timezone.now(), answers={})
    for place, rule in enumerate(FlagGroup.Rule.values, start=1):
        now = timezone.now()
        values = {"version": 1, "score": 1, "threshold": 1, "first_at": now, "last_at": now}
        for key in ("one", "two"):  # a rule may flag a response twice: it is named once
            group = FlagGroup.objects.create(survey=survey, rule=rule, key=key, **values)
            flagged = ids[place :: place + 1]
            Flag.objects.bulk_create(Flag(group=group, response_id=pk) for pk in flagged)
