"""What the proxy keeps, for how long, and what it never does."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from .running import Front, free_ports, until
from .upstream import FRESH, Upstream, upstream

ARTICLE = "/articles/pont/"
RESULTS = "/articles/pont/results/"
PERSONAL = [
    "/admin/",
    "/admin/polls/survey/1/results/",
    "/receipts/",
    "/receipts/change/",
    "/articles/pont/responses/",
    "/articles/pont/stamp/",
    "/articles/pont/statements/1/reply/",
    "/opinions/6f1f9d5e-0000-4000-8000-000000000000/notice/",
    "/embed/pont/responses/",
    "/livez",
    "/oembed?url=x",
]
SPELLINGS = [
    "/static/../admin/",
    "/static/%2e%2e/admin/",
    "//admin/",
    "/admin/;a.css",
    "/receipts/;a.css",
    "/receipts/x.css",
    "/articles/pont/../../receipts/",
    "/articles/pont%2f..%2f..%2freceipts/",
    "/receipts/%23/articles/pont/",
    "/receipts%3f/articles/pont/",
]
# What is asked of the proxy, and what it asks of the program.
QUESTIONS = {
    "/articles/pont/?utm_source=letter&fbclid=9": "/articles/pont/",
    "/articles/pont/rules/?page=3&lang=en": "/articles/pont/rules/",
    "/articles/pont/results/?utm_source=letter": "/articles/pont/results/",
    "/articles/pont/results/?x=1&page=2": "/articles/pont/results/?page=2",
    "/articles/pont/results/?page=-1%0d%0a": "/articles/pont/results/?page=0",
    "/api/v1/surveys/?page=99999": "/api/v1/surveys/?page=0",
    "/legal/?lang=en&page=2": "/legal/?lang=en",
    "/legal/?lang=%22%3E": "/legal/",
    "/static/press.css?2": "/static/press.css",
    "/receipts/?lang=en&sent=1": "/receipts/?lang=en&sent=1",
    "/admin/?q=a&q=b": "/admin/?q=a&q=b",
}
SHORT = "public, max-age=1, stale-while-revalidate="


def test_a_page_for_all_is_fetched_once(proxy: Front, behind: Upstream) -> None:
    answers = [proxy.ask(ARTICLE), proxy.ask(ARTICLE), proxy.ask(ARTICLE, Cookie="answered-1=x")]
    assert [(each.status, each.body) for each in answers] == [(200, b"first")] * 3
    assert behind.asked == [ARTICLE]


def test_a_personal_page_is_never_kept_whatever_the_program_says(
    proxy: Front, behind: Upstream
) -> None:
    for path in PERSONAL:
        proxy.ask(path)
        proxy.ask(path)
    assert behind.asked == [path for path in PERSONAL for _ in range(2)]
    assert proxy.kept == set()


def test_only_what_the_program_calls_public_is_kept(proxy: Front, behind: Upstream) -> None:
    not_public: list[dict[str, str]] = [
        {"Cache-Control": "private, no-store"},
        {"Cache-Control": "private, max-age=60"},
        {"Cache-Control": "no-cache"},
        {"Cache-Control": FRESH, "Set-Cookie": "a=1"},
        {},
    ]
    paths = [path for path in (ARTICLE, RESULTS, "/static/a.css") for _ in range(2)]
    for says in not_public:
        behind.asked.clear()
        behind.says = dict.fromkeys(paths, says)
        for path in paths:
            proxy.ask(path)
        assert behind.asked == paths, says
    assert proxy.kept == set()


def test_a_page_that_differs_by_cookie_is_never_shown_to_another_reader(
    proxy: Front, behind: Upstream
) -> None:
    for vary in ("Cookie", "*"):
        behind.asked.clear()
        behind.says[ARTICLE] = {"Cache-Control": FRESH, "Vary": vary}
        proxy.ask(ARTICLE, Cookie=f"a=1{vary}")
        proxy.ask(ARTICLE, Cookie=f"a=2{vary}")
        assert len(behind.asked) == 2, vary


def test_the_program_is_asked_only_what_a_copy_is_named_by(proxy: Front, behind: Upstream) -> None:
    for asked in QUESTIONS:
        proxy.ask(asked)
    assert behind.asked == list(QUESTIONS.values())


def test_rubbish_in_the_question_makes_no_further_copies(proxy: Front, behind: Upstream) -> None:
    for number in range(20):
        proxy.ask(f"{ARTICLE}?utm_source={number}")
    assert behind.asked == [ARTICLE]
    assert len(proxy.kept) == 1


def test_no_spelling_of_an_address_brings_a_personal_page_into_the_cache(
    proxy: Front, behind: Upstream
) -> None:
    """Even where the program calls it public: the address that nginx understands decides."""
    for path in SPELLINGS:
        proxy.ask(path)
    assert len(behind.asked) == len(SPELLINGS)
    assert proxy.kept == set()


def test_another_spelling_is_the_same_copy_and_the_same_question(
    proxy: Front, behind: Upstream
) -> None:
    for path in ("//articles//pont/", "/x/../articles/pont/", "/%61rticles/pont/", ARTICLE):
        assert proxy.ask(path).body == b"first"
    assert behind.asked == [ARTICLE]


def test_there_is_a_compressed_copy_and_a_plain_one_and_no_third(
    proxy: Front, behind: Upstream
) -> None:
    behind.body = b"a" * 5000
    behind.says[ARTICLE] = {"Cache-Control": FRESH, "Content-Type": "text/html"}
    for encodings in ("gzip", "gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8, *;q=0.1", "br", ""):
        answer = proxy.ask(ARTICLE, Accept_Encoding=encodings)
        assert (answer.headers["Content-Encoding"] == "gzip") is ("gzip" in encodings)
        assert answer.headers["Vary"] == "Accept-Encoding"
    assert behind.asked == [ARTICLE, ARTICLE]


def test_a_browser_hears_when_a_copy_was_made(proxy: Front, behind: Upstream) -> None:
    """Else it would keep it as long again, and a rejected text would live twice as long."""
    made = proxy.ask(ARTICLE).headers.get_all("Date")
    until(lambda: proxy.ask("/livez").headers.get_all("Date") != made, "the clock goes on")
    assert proxy.ask(ARTICLE).headers.get_all("Date") == made
    assert len(made or []) == 1
    assert behind.asked.count(ARTICLE) == 1


def test_readers_see_the_old_copy_while_a_new_one_is_fetched(
    proxy: Front, behind: Upstream
) -> None:
    behind.says[ARTICLE] = {"Cache-Control": f"{SHORT}60"}
    proxy.ask(ARTICLE)
    behind.gate.clear()
    behind.body = b"second"
    until(lambda: proxy.ask(ARTICLE).body == b"first" and len(behind.asked) == 2, "an update")
    assert [proxy.ask(ARTICLE).body for _ in range(5)] == [b"first"] * 5
    assert len(behind.asked) == 2
    behind.gate.set()
    until(lambda: proxy.ask(ARTICLE).body == b"second", "the new copy")


def test_an_old_copy_is_not_shown_where_the_program_does_not_allow_it(
    proxy: Front, behind: Upstream
) -> None:
    """However long nobody asked: a text that was rejected meanwhile must not come back."""
    behind.says[RESULTS] = {"Cache-Control": "public, max-age=0, s-maxage=1"}
    assert proxy.ask(RESULTS).body == b"first"
    behind.body = b"second"
    until(lambda: proxy.ask(RESULTS).body == b"second", "the copy is over")
    assert behind.asked == [RESULTS, RESULTS]


def test_without_the_program_a_copy_lives_to_the_end_of_its_time_and_no_longer(
    before: Callable[..., Front],
) -> None:
    port = free_ports(1)[0]
    with upstream(port) as behind:
        proxy = before(port)
        behind.says = {ARTICLE: {"Cache-Control": f"{SHORT}2"}, RESULTS: {"Cache-Control": FRESH}}
        proxy.ask(ARTICLE)
        proxy.ask(RESULTS)
    assert proxy.ask(ARTICLE).body == b"first"
    until(lambda: proxy.ask(ARTICLE).status == 502, "the copy is over")
    assert proxy.ask(RESULTS).body == b"first"


def test_fifty_readers_at_once_are_one_question(proxy: Front, behind: Upstream) -> None:
    behind.gate.clear()
    with ThreadPoolExecutor(50) as readers:
        answers = [readers.submit(proxy.ask, ARTICLE) for _ in range(50)]
        until(lambda: behind.asked, "one of them arrives")
        behind.gate.set()
        assert {answer.result().body for answer in answers} == {b"first"}
    assert behind.asked == [ARTICLE]


def test_results_for_those_who_have_answered_do_not_wait_for_each_other(
    proxy: Front, behind: Upstream
) -> None:
    """A lock would let them through one by one: their answers are private, nothing is kept."""
    behind.says[RESULTS] = {"Cache-Control": "private, no-store"}
    behind.gate.clear()
    with ThreadPoolExecutor(5) as readers:
        for _ in range(5):
            readers.submit(proxy.ask, RESULTS)
        until(lambda: len(behind.asked) == 5, "all of them arrive", patience=10)
        behind.gate.set()
