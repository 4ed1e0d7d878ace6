"""Two moderators with opposite decisions on a text, at once, while readers answer."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from threading import Barrier
from urllib.parse import urlencode

from tests.deploy.content import MODERATORS
from tests.deploy.running import NAME, PATIENCE, Site
from tests.reader import FORM

from .crowd import ALL_IS_WELL, Answer, compared, crowd, request
from .stores import ask

TEXTS = 10
WAITING = (
    f"SELECT id, version FROM polls_opinion WHERE status = 'pending' ORDER BY id LIMIT {TEXTS}"
)
RULE = "SELECT id FROM polls_moderationrule WHERE language = 'fr' AND key = 'privacy'"
RECORD = "SELECT action, actor_name FROM polls_moderationevent WHERE opinion_id = {} ORDER BY id"
STATE = "SELECT status FROM polls_opinion WHERE id = {}"
LOGIN, QUEUE = "/admin/login/", "/admin/polls/opinion/"
TOLD = re.compile(r'<li class="(success|warning)">(.*?)</li>', re.DOTALL)


class Moderator:
    """A browser with a session of its own, signed in."""

    def __init__(self, port: int, name: str) -> None:
        self.name = name
        self._port = port
        self._cookies: SimpleCookie = SimpleCookie()
        self._send("GET", LOGIN)
        self._press(LOGIN, username=name, password="secret")
        assert "sessionid" in self._cookies

    def decide(self, number: int, version: int, **act: object) -> tuple[str, str]:
        """Press a button of the queue: `success` or `warning`, and the words."""
        self._press(f"{QUEUE}decide/", text=f"{number}:{version}", **act)
        ((kind, words),) = TOLD.findall(self._send("GET", QUEUE).body)
        return kind, words

    def _press(self, path: str, **fields: object) -> None:
        token = self._cookies["csrftoken"].value
        pressed = self._send("POST", path, urlencode(fields | {"csrfmiddlewaretoken": token}))
        assert pressed.status == 302

    def _send(self, method: str, path: str, body: str = "") -> Answer:
        cookie = "; ".join(f"{name}={one.value}" for name, one in self._cookies.items())
        own = {"Cookie": cookie, "Content_Type": FORM, "Origin": f"https://{NAME}"}
        answer = request(self._port, method, path, body, **own)
        for line in answer.headers.get_all("Set-Cookie") or []:
            self._cookies.load(line)
        return answer


def at_once(*acts: Callable[[], tuple[str, str]]) -> list[tuple[str, str]]:
    ready = Barrier(len(acts), timeout=PATIENCE)

    def begun(act: Callable[[], tuple[str, str]]) -> tuple[str, str]:
        ready.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begun, acts))


def disputed(
    publisher: Moderator, rejecter: Moderator, rule: int, text: tuple[int, int]
) -> list[tuple[str, str]]:
    """One stands, and the later is told of it and insists: what the record must have, in order."""
    number, version = text
    done, refused = at_once(
        lambda: publisher.decide(number, version, act="publish"),
        lambda: rejecter.decide(number, version, rule=rule),
    )
    if done[0] == "success":
        assert refused[0] == "warning"
        assert publisher.name in refused[1]
        assert rejecter.decide(number, version + 1, rule=rule)[0] == "success"
        return [("publish", publisher.name), ("reject", rejecter.name)]
    assert (done[0], refused[0]) == ("warning", "success")
    assert rejecter.name in done[1]
    assert publisher.decide(number, version + 1, act="undo")[0] == "success"
    assert publisher.decide(number, version + 2, act="publish")[0] == "success"
    own = [("undo", publisher.name), ("publish", publisher.name)]
    return [("reject", rejecter.name), *own]


def test_of_opposite_decisions_the_later_is_told_and_the_record_has_both(
    serving: Callable[[dict[str, str]], Site], environment: dict[str, str]
) -> None:
    url = environment["DATABASE_URL"]
    ((rule,),) = ask(url, RULE)
    site = serving(environment)
    publisher, rejecter = (Moderator(site.port, name) for name in MODERATORS)
    with crowd(site.port) as log:
        log.grows(by=TEXTS)
        for text in ask(url, WAITING):
            decided = disputed(publisher, rejecter, rule, text)
            assert ask(url, RECORD.format(text[0])) == decided
            last = "published" if decided[-1][0] == "publish" else "rejected"
            assert ask(url, STATE.format(text[0])) == [(last,)]
    assert set(log.statuses) == {303}
    assert compared(log, environment) == ALL_IS_WELL
