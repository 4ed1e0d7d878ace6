"""Every state that a page can be in, made through the services that make it in reality.

`make()` fills an empty database and says where each state is, by the names that `listing` uses.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any

from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.utils import timezone

from polls.answering.simulation import simulate
from polls.composing.parsing import parse
from polls.composing.services import create_draft, publish
from polls.management.commands.load_sample import FOLDER
from polls.models import (
    Blackout,
    FlagGroup,
    Milestone,
    ModerationRule,
    ModerationWord,
    Opinion,
    Question,
    SecondLook,
    Survey,
)
from polls.moderation.services import Action, decide
from polls.results.releases.frozen import Chosen
from polls.results.releases.services import publish_release
from polls.staff import second_factor
from polls.staff.halfway import KEPT_AS

from .letters import letters, texts
from .long import long_survey

ROLES = ("moderator", "editor", "administrator")
DAY = timedelta(days=1)
Places = dict[str, str]


def make() -> dict[str, Places]:
    """The places by language, and by role the keys of sessions (`sessions`)."""
    call_command("demo", force=True, verbosity=0, stdout=StringIO())
    made = {language: States(language).made() for language in ("fr", "en")}
    return {**made, "sessions": sessions()}


@dataclass(frozen=True)
class States:
    """The states of one language's consultations."""

    language: str

    def made(self) -> Places:
        open_survey = Survey.objects.get(article__slug=self.slug("stargate-musk"))
        long = long_survey(self.language, self.slug("long"))
        closed = self.closed()
        places = {
            "open": open_survey.article.slug,
            "survey": str(open_survey.pk),
            "article": str(open_survey.article_id),
            "closed": closed.article.slug,
            "upcoming": self.survey("upcoming", opens_at=timezone.now() + DAY).article.slug,
            "none": self.survey("none").article.slug,
            "few": self.few().article.slug,
            "blackout": self.blackout().article.slug,
            "gone": self.gone().article.slug,
            "long": long.article.slug,
            "draft": str(self.draft("draft").pk),
        }
        return places | letters(open_survey) | rows(open_survey)

    def slug(self, name: str) -> str:
        return name if self.language == "fr" else f"{name}-{self.language}"

    def draft(self, name: str) -> Survey:
        """The sample once more, at an address of its own."""
        source = (FOLDER / f"stargate-{self.language}.md").read_text(encoding="utf-8")
        draft = parse(source.replace(self.slug("stargate-musk"), self.slug(name), 1))
        return create_draft(draft=draft)

    def survey(self, name: str, **values: Any) -> Survey:
        survey = publish(survey=self.draft(name))
        Survey.objects.filter(pk=survey.pk).update(**values)
        survey.refresh_from_db()
        return survey

    def few(self) -> Survey:
        """Three readers, who write from right to left with numbers from left to right."""
        survey = self.survey("few")
        texts(survey)
        return survey

    def closed(self) -> Survey:
        """With many readers, a correction, and two releases of which the second corrects."""
        survey = self.survey("closed")
        simulate(survey=survey, responses=300, seed=3)
        waiting = Opinion.objects.filter(survey=survey).values_list("pk", "version")[:60]
        moderator = User.objects.get(username="moderator")
        decide(versions=dict(waiting), action=Action.PUBLISH, moderator=moderator)
        said = {"fr": "Le montant de la levée de fonds était faux.", "en": "A sum was wrong."}
        Milestone.objects.create(
            article=survey.article,
            at=timezone.now() - 2 * DAY,
            kind=Milestone.Kind.CORRECTION,
            text=said[self.language],
        )
        title = {"fr": "Ce que nos lecteurs ont répondu", "en": "What our readers answered"}
        chosen = Chosen((("credible", "relevant"),), trends=True)
        publish_release(survey=survey, by=None, title=title[self.language], chosen=chosen)
        Survey.objects.filter(pk=survey.pk).update(closes_at=timezone.now())
        return survey

    def blackout(self) -> Survey:
        survey = self.survey("blackout")
        now = timezone.now()
        Blackout.objects.create(survey=survey, starts_at=now, ends_at=now + DAY, reason="Vote")
        return survey

    def gone(self) -> Survey:
        note = {
            "fr": "Une déclaration n’était pas de la personne à qui nous l’avions attribuée.",
            "en": "A statement was not by the person to whom we had attributed it.",
        }
        return self.survey(
            "gone",
            status=Survey.Status.UNPUBLISHED,
            unpublished_at=timezone.now(),
            unpublished_note=note[self.language],
        )


def rows(survey: Survey) -> Places:
    """What the newsroom looks at, by model: the newest row of each."""
    opinions = Opinion.objects.filter(survey=survey)
    now = timezone.now()
    flags = FlagGroup.objects.create(
        survey=survey, rule="burst", version=1, key="k", score=9, threshold=5, size=7, set_aside=0,
        first_at=now, last_at=now,
    )  # fmt: skip
    decision = opinions.filter(decided_at__isnull=False)[0].events.order_by("-pk")[0]
    look, _drawn = SecondLook.objects.get_or_create(decision=decision, opinion=decision.opinion)
    return {
        "flags": str(flags.pk),
        "look": str(look.pk),
        "statement": str(survey.article.statements.all()[0].pk),
        "question": str(Question.objects.filter(survey=survey)[0].pk),
        "rule": str(ModerationRule.objects.filter(language=survey.article.language)[0].pk),
        "word": str(ModerationWord.objects.all()[0].pk),
        "waiting": str(opinions.queue()[0].pk),
        "decided": str(decision.opinion_id),
        "event": str(decision.pk),
    }


def sessions() -> Places:
    """The keys of sessions that are open, by role; and of those between two steps."""
    backend = "polls.staff.backends.StaffBackend"
    made = {}
    for name in ROLES:
        user = User.objects.get(username=name)
        made[name] = _session(
            _auth_user_id=str(user.pk),
            _auth_user_backend=backend,
            _auth_user_hash=user.get_session_auth_hash(),
        )
    waiting = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "until": time.time() + 86400,
        "target": "/admin/",
    }
    key = second_factor.new_key()
    made["enrolling"] = _session(**{KEPT_AS: waiting | {"key": key}})
    made["code"] = _session(**{KEPT_AS: waiting | {"key": ""}})
    made["key"] = key
    return made


def _session(**values: Any) -> str:
    session = SessionStore()
    session.update(values)
    session.create()
    return str(session.session_key)
