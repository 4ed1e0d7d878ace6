"""What a reader sends, as a value."""

from dataclasses import dataclass

from polls.models import Answers

# Raised with every change of a consent's wording: which sentence did this reader agree to?
CONSENT_VERSION = 1


@dataclass(frozen=True)
class Submission:
    """The answers and the text that a form has validated, or that a response holds."""

    answers: Answers
    text: str = ""
    may_publish: bool = False
    show_ratings: bool = False
