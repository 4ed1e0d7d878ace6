"""What the demonstration's readers write to the newsroom: notices, appeals, a right of reply."""

from polls.lib.codes import hashed, new_code
from polls.models import Notice, Opinion, Reply, Survey
from polls.moderation.appeals import contest, contestable
from polls.moderation.notices.services import Complaint, give
from polls.moderation.replies.services import Demand, ask

# They fit whatever a simulated reader may have written.
NOTICES = {
    "fr": (
        (Notice.Claim.RULES, "Un autre avis dit déjà la même chose."),
        (
            Notice.Claim.ILLEGAL,
            "À mes yeux, l’honnêteté d’une personne est mise en doute sans preuve.",
        ),
    ),
    "en": (
        (Notice.Claim.RULES, "Another opinion says the same already."),
        (Notice.Claim.ILLEGAL, "To me, somebody’s honesty is put in doubt, and no proof is given."),
    ),
}
APPEALS = {
    "fr": "Je ne vois pas quelle règle mon texte enfreint. Relisez-le, s’il vous plaît.",
    "en": "I don’t see which rule my text breaks. Please read it again.",
}
# Signed by nobody: no words are put into the mouth of who is quoted.
REPLIES = {
    "fr": ("Démonstration", "Une demande pour montrer la page : personne ne l’a écrite."),
    "en": ("Demonstration", "A request to show the page: nobody has written it."),
}


def write_to_the_newsroom(survey: Survey) -> int:
    """Two notices, one appeal and one right of reply, in the article's language; how many."""
    language = survey.article.language
    opinions = Opinion.objects.filter(survey=survey).order_by("pk")
    shown = opinions.published().filter(decided_at__isnull=False)[: len(NOTICES[language])]
    written = 0
    for opinion, (claim, why) in zip(shown, NOTICES[language], strict=False):
        complaint = Complaint(claim, explanation=why)
        give(opinion=opinion, complaint=complaint, receipt_hash=hashed(new_code()))
        written += 1
    for opinion in opinions.filter(status=Opinion.Status.REJECTED):
        if contestable(opinion):
            contest(opinion=opinion, text=APPEALS[language])
            written += 1
            break
    if statement := survey.article.statements.order_by("number").first():
        name, text = REPLIES[language]
        demand = Demand(Reply.Capacity.REPRESENTATIVE, name, "–", text)
        ask(survey=survey, statement=statement, demand=demand, receipt_hash=hashed(new_code()))
        written += 1
    return written
