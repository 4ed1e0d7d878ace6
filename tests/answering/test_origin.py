import pytest

from polls.lib.http import normalised_origin
from polls.models import Response, Survey
from tests.reader import Reader

OURS = "http://localhost:8000"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "none", "Origin": OURS}, True),
        ({"Sec-Fetch-Site": "none", "Origin": "https://evil.example"}, False),
        ({"Sec-Fetch-Site": "none", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": OURS}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OURS}, False),
        ({"Sec-Fetch-Site": "nonsense", "Origin": OURS}, False),
        ({"Origin": OURS}, True),
        ({"Origin": "HTTP://LOCALHOST:8000"}, True),
        ({"Origin": "http://localhost"}, False),
        ({"Origin": "https://localhost:8000"}, False),
        ({"Origin": "http://localhost:8000.evil.example"}, False),
        ({"Origin": "http://user@localhost:8000"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://[oops"}, False),
        ({"Origin": "http://testserver", "Host": "testserver"}, False),
        ({"User-Agent": "none of the two"}, False),
    ],
)
def test_a_submission_is_judged_by_where_it_comes_from(
    survey: Survey, headers: dict[str, str], allowed: bool
) -> None:
    response = Reader(**headers).answer()
    assert response.status_code == (303 if allowed else 403)
    assert Response.objects.exists() is allowed


def test_who_sends_neither_header_is_told_which_is_missing(survey: Survey) -> None:
    page = Reader(**{"User-Agent": "curl"}).answer().content.decode()
    assert "Sec-Fetch-Site" in page
    assert "Origin" in page


@pytest.mark.parametrize(
    "path", ["/receipts/", "/receipts/change/", "/receipts/withdraw/", "/receipts/leave/"]
)
def test_every_door_that_changes_something_asks_the_same(survey: Survey, path: str) -> None:
    reader = Reader()
    reader.answer()
    response = reader.send(path, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert Response.objects.standing().count() == 1


def test_origins_are_compared_with_their_ports() -> None:
    assert normalised_origin("https://a.example") == normalised_origin("https://a.example:443")
    assert normalised_origin("https://a.example/") is None
    assert normalised_origin("ftp://a.example") is None
    assert normalised_origin("https://a.example:99999") is None
