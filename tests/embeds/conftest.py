import pytest

from polls.models import Survey
from tests.factories import make_survey

PAPER = "https://www.journal.example"


@pytest.fixture
def embedded(db: None) -> Survey:
    """A published survey that two sites may embed."""
    return make_survey(embed_origins=f"{PAPER}\nhttps://m.journal.example:8443")
