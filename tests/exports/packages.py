"""A survey with everything that a data package must get right, its packages, and their forgery."""

import hashlib
import json
import secrets
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.utils import timezone

from polls.answering.services import withdraw
from polls.composing.services import publish
from polls.exports.orders import Order
from polls.exports.package import write
from polls.models import (
    AudienceShare,
    Choice,
    Flag,
    FlagGroup,
    Opinion,
    Release,
    Response,
    Survey,
)
from polls.results.integrity.services import exclude
from polls.results.releases.frozen import Chosen
from polls.results.releases.services import publish_release
from tests.factories import make_draft, make_question, make_rejected, make_response, make_staff
from tests.results.answers import received

TEXTS = (
    "=1+1",
    "-5 ;=cmd|' /C calc'!A0\r\n@ici, « oui »",
    'Une "citation", un\ttab, un retour\n+1',
    "🙂 \u202eÉtrange\u200b ＝1 e\u0301 <script>",
    "'déjà une apostrophe",
)
CHOSEN = Chosen(
    pairs=(("age", "credible"), ("media", "relevant"), ("credible", "media")),
    trends=True,
    scenario=True,
)


def full_survey(aside: int = 6) -> Survey:
    """Two weeks of answers of every kind and state, `aside` of them set aside."""
    survey = make_draft(audience_source="Abonnés", audience_date=timezone.localdate())
    make_question(survey, "age", "single", "young old silent", profile=True)
    make_question(survey, "media", "multiple", "press radio web")
    for key, percent in (("young", 40), ("old", 60)):
        choice = Choice.objects.get(question__survey=survey, question__key="age", key=key)
        AudienceShare.objects.create(survey=survey, choice=choice, percent=percent)
    survey = publish(survey=survey)
    _answered(survey)
    _texts(survey)
    withdraw(response=make_response(survey, "Retiré de la vue"))
    _over_time(survey)
    if aside:
        _set_aside(survey, aside)
    return survey


def _answered(survey: Survey) -> None:
    media: list[dict[str, Any]] = [{}, {"media": ["press"]}, {"media": ["press", "web"]}]
    ages: list[dict[str, Any]] = [{"age": "young"}, {"age": "old"}]
    for place, (age, seen, credible) in enumerate(product(ages, media, "1245")):
        relevant = {"relevant": ("2", "3")[place % 2]} if place % 7 else {}
        received(survey, 5, {"credible": credible} | relevant | age | seen)
        received(survey, 1, {"credible": "none"} | age | seen)
    received(survey, 8, {"credible": "3", "age": "silent"})


def _texts(survey: Survey) -> None:
    for text in TEXTS:
        make_response(survey, text, answers={"credible": "2", "age": "old"})
    make_response(survey, "Pour la rédaction seule", may_publish=False)
    make_rejected(survey, text="Un texte rejeté")
    held = make_response(survey, "Un texte en attente")
    published = make_response(survey, "Un texte publié")
    Opinion.objects.filter(response=held).update(status="held")
    Opinion.objects.filter(response=published).update(status="published")


def _over_time(survey: Survey) -> None:
    """From two weeks ago on, over a change of the clock or not; two of them quite alone."""
    start = timezone.now() - timedelta(days=14)
    found = list(Response.objects.order_by("pk"))
    for place, response in enumerate(found):
        hours = 5 if place < 2 else 48 + place * (11 * 24 / len(found))
        response.submitted_at = start + timedelta(hours=hours)
    Response.objects.bulk_update(found, ["submitted_at"])


def _set_aside(survey: Survey, number: int) -> None:
    now = timezone.now()
    group = FlagGroup.objects.create(
        survey=survey,
        rule="repeat",
        version=1,
        key=secrets.token_hex(8),
        score=number,
        threshold=3,
        size=number,
        first_at=now,
        last_at=now,
    )
    standing = Response.objects.standing().filter(survey=survey).order_by("pk")
    for response in standing[10 : 10 + number]:
        Flag.objects.create(group=group, response=response)
    exclude(group=group, by=make_staff("administrator"), reason="Un script.")


def released(survey: Survey, chosen: Chosen = CHOSEN) -> Release:
    return publish_release(survey=survey, by=None, title="Premiers chiffres", chosen=chosen)


def packaged(survey: Survey, folder: Path, content: str = "responses") -> Path:
    order = Order(survey, content, "package")
    path = folder / order.name
    write(order, path, lambda rows: None)
    return path


def entries(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def forged(path: Path, **changed: bytes) -> Path:
    """The package with other files, and all checksums made anew; a dot in a name is `__`."""
    found = entries(path) | {name.replace("__", "."): value for name, value in changed.items()}
    described = json.loads(found["datapackage.json"])
    for resource in described["resources"]:
        content = found[resource["path"]]
        resource["bytes"] = len(content)
        resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    if "datapackage__json" not in changed:
        found["datapackage.json"] = json.dumps(described).encode()
    names = sorted(found.keys() - {"SHA256SUMS"})
    sums = (f"{hashlib.sha256(found[name]).hexdigest()}  {name}\n" for name in names)
    return packed(path, found | {"SHA256SUMS": "".join(sums).encode()})


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with ZipFile(path, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    return path
