"""The proxy before the site itself: a reader reads, answers and sees."""

import re
from urllib.parse import urlencode

from tests.reader import ANSWER

from .running import Answer, Front, Site

FORM = {"Content_Type": "application/x-www-form-urlencoded", "Sec_Fetch_Site": "same-origin"}


def send(nginx: Front, slug: str) -> Answer:
    path = f"/articles/{slug}/responses/"
    return nginx.ask(path, method="POST", body=urlencode(ANSWER).encode(), **FORM)


def cookies(answer: Answer) -> str:
    return "; ".join(one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie") or [])


def test_everything_is_asked_once_that_is_the_same_for_everybody(nginx: Front, site: Site) -> None:
    page = nginx.ask("/articles/pont/", Accept_Encoding="gzip")
    plain = nginx.ask("/articles/pont/").body.decode()
    files = re.findall(r'"(/static/[^"]+\.(?:css|js))"', plain)
    assert page.status == 200
    assert files
    public = ["/", "/articles/pont/results/", "/api/v1/surveys/pont/results.json", "/legal/"]
    public += ["/articles/pont/opinions.atom", "/embed/pont/", "/robots.txt", "/privacy/", *files]
    for path in public:
        first, second = nginx.ask(path), nginx.ask(path)
        assert (first.status, second.body) == (200, first.body), path
        assert site.times(path) == 1, path


def test_a_reader_answers_through_it_and_opens_the_receipt(nginx: Front, site: Site) -> None:
    taken = send(nginx, "pont")
    assert taken.status == 303
    receipt = nginx.ask(taken.headers["Location"], Cookie=cookies(taken))
    assert receipt.status == 200
    assert receipt.headers["Cache-Control"] == "private, no-store"
    assert nginx.kept == set()


def test_results_for_those_who_have_answered_are_shown_to_them_alone(
    nginx: Front, site: Site
) -> None:
    """Whoever asks first, and in whatever order: neither the page nor its 404 is kept."""
    path = "/articles/secret/results/"
    cookie = cookies(send(nginx, "secret"))
    statuses = [nginx.ask(path, Cookie=sent).status for sent in ("", cookie, "", cookie)]
    assert statuses == [404, 200, 404, 200]
    assert nginx.ask("/articles/secret/results/x.css", Cookie=cookie).status == 404
    assert nginx.kept == set()


def test_a_tour_of_the_whole_site_leaves_only_public_pages_behind(nginx: Front, site: Site) -> None:
    cookie = cookies(send(nginx, "secret"))
    tour = ["/articles/secret/", "/articles/secret/results/", "/receipts/", "/receipts/change/"]
    tour += ["/admin/", "/admin/login/", "/articles/secret/stamp/", "/nothing/", "/livez"]
    tour += ["/api/v1/surveys/secret/results.json", "/embed/secret/results/", "/admin/;a.js"]
    for path in tour * 2:
        nginx.ask(path, Cookie=f"{cookie}; sessionid=x")
    assert nginx.kept == {"avis.example.org/articles/secret/? "}


def test_the_newsroom_is_never_kept(nginx: Front, site: Site) -> None:
    for _ in range(2):
        answer = nginx.ask("/admin/login/")
        assert answer.status == 200
        assert "csrftoken" in cookies(answer)
    assert site.times("/admin/login/") == 2
    assert nginx.kept == set()
