"""What readers hold a code for, in each state: answers, notices, replies. And their texts."""

from django.contrib.auth.models import User
from django.utils import timezone

from polls.answering.keys import Identity, identify
from polls.answering.services import submit
from polls.answering.submission import Submission
from polls.lib.codes import hashed, new_code
from polls.models import ModerationRule, Notice, Opinion, Reply, Survey
from polls.moderation.appeals import contest, decide_appeal
from polls.moderation.escalations import escalate
from polls.moderation.notices.services import Complaint, give
from polls.moderation.replies import services as replies
from polls.moderation.services import Action, decide

RATINGS: dict[str, str | list[str]] = {"credible": "2", "relevant": "4", "s1-credible": "1"}
TEXTS = {
    "fr": "Je voudrais des preuves, pas des messages : « 500 milliards » ne veut rien dire.",
    "en": "I would like evidence, not messages: “500 billion” means nothing.",
}
WORDS = {
    "fr": "La question portait sur l’article. Reformulez, et nous relirons.",
    "en": "The question was about the article. Put it differently, and we will read it again.",
}
# Signed by nobody: no words are put into the mouth of who is quoted.
SHOWN = {
    "fr": "Une demande pour montrer la page : personne ne l’a écrite.",
    "en": "A request to show the page: nobody has written it.",
}
# Right to left, with digits, a Latin name and signs whose side depends on what stands beside them.
MIXED = (
    "لا أصدق ذلك: 500 مليار دولار (Stargate) في 4 سنوات؟ 10% فقط، ربما!",
    "אני לא מאמין: 500 מיליארד דולר (Stargate) בתוך 4 שנים? רק 10%, אולי!",
    "anticonstitutionnellement" * 4,
)


def answer(survey: Survey, text: str = "") -> tuple[Identity, Opinion | None]:
    identity = identify(survey.pk)
    submission = Submission(RATINGS, text, may_publish=bool(text), show_ratings=True)
    submit(survey=survey, submission=submission, identity=identity)
    return identity, Opinion.objects.filter(response__receipt_hash=identity.receipt_hash).first()


def texts(survey: Survey) -> None:
    """Published texts in Arabic, in Hebrew and in one very long word."""
    moderator = User.objects.get(username="moderator")
    for text in MIXED:
        _identity, opinion = answer(survey, text)
        assert opinion  # noqa: S101
        decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=moderator)


def letters(survey: Survey) -> dict[str, str]:
    """The codes of every kind of letter, by its state, and rows of the newsroom."""
    return _answers(survey) | _notices(survey) | _replies(survey)


def _answers(survey: Survey) -> dict[str, str]:
    moderator, other = (User.objects.get(username=n) for n in ("moderator", "administrator"))
    language = survey.article.language
    rule = survey.rules.filter(kind=ModerationRule.Kind.RULE)[0]
    new, _text = answer(survey, TEXTS[language])
    places = {"new": f"{new.code}.new", "change": new.code}
    places |= {"answered": new.cookie, "answered_cookie": f"answered-{survey.pk}"}
    for state in ("rejected", "contested", "upheld"):
        identity, opinion = answer(survey, TEXTS[language])
        assert opinion  # noqa: S101
        versions = {opinion.pk: 1}
        decide(
            versions=versions, action=Action.REJECT, moderator=moderator, rule=rule,
            reason=WORDS[language],
        )  # fmt: skip
        places[state] = identity.code
        if state == "rejected":
            continue
        opinion.refresh_from_db()
        appeal = contest(opinion=opinion, text=WORDS[language])
        places[f"appeal_{state}"] = str(appeal.pk)
        if state == "upheld":
            decide_appeal(appeal=appeal.pk, upheld=True, by=other, answer=WORDS[language])
    return places


def _notices(survey: Survey) -> dict[str, str]:
    moderator = User.objects.get(username="moderator")
    language = survey.article.language
    made, told = [], []
    for claim in (Notice.Claim.RULES, Notice.Claim.ILLEGAL):
        _identity, opinion = answer(survey, TEXTS[language])
        assert opinion  # noqa: S101
        decide(versions={opinion.pk: 1}, action=Action.PUBLISH, moderator=moderator)
        opinion.refresh_from_db()
        code = new_code()
        give(
            opinion=opinion,
            complaint=Complaint(claim, explanation=WORDS[language]),
            receipt_hash=hashed(code),
        )
        made.append(code)
        told.append(opinion)
    told[0].refresh_from_db()
    decide(versions={told[0].pk: told[0].version}, action=Action.PUBLISH, moderator=moderator)
    report = escalate(
        opinion=told[1], by=moderator, facts=WORDS[language], authority="17",
        told_at=timezone.now(), reference="2025-1",
    )  # fmt: skip
    waiting = Notice.objects.filter(opinion=told[1])[0]
    shown = Opinion.objects.filter(survey=survey).published()[0]
    return {
        "notice": str(waiting.pk),
        "notice_decided": f"{made[0]}",
        "notice_waiting": f"{made[1]}.new",
        "escalation": str(report.pk),
        "reported": str(told[1].pk),
        "published": str(shown.public_id),
    }


def _replies(survey: Survey) -> dict[str, str]:
    statement = survey.article.statements.order_by("number")[1]
    editor = User.objects.get(username="editor")
    language = survey.article.language
    name = {"fr": "Démonstration", "en": "Demonstration"}[language]
    places = {}
    for state in ("waiting", "refused", "published"):
        code = new_code()
        said = SHOWN[language]
        demand = replies.Demand(Reply.Capacity.REPRESENTATIVE, name, "–", said)
        reply = replies.ask(
            survey=survey, statement=statement, demand=demand, receipt_hash=hashed(code)
        )
        if state == "refused":
            replies.refuse(reply=reply.pk, version=1, editor=editor, answer=WORDS[language])
        elif state == "published":
            replies.publish(reply=reply.pk, version=1, editor=editor)
        places[f"reply_{state}"] = f"{code}.new" if state == "waiting" else code
        places[f"reply_{state}_pk"] = str(reply.pk)
    return places
