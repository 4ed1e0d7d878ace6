"""One list of all pages and states: the tests, the validator and the contact sheet go through it.

`tests/browser/everywhere/test_every_page.py` compares it with the URL configuration, so that no
page is left out without a word: what isn't a page of its own stands in `NOT_PAGES`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page, Response

from polls.lib.codes import COOKIE, LETTER

from . import acts
from .serving import Site


@dataclass(frozen=True)
class Stop:
    """A page in one state. `path` and `code` have places of `states` in braces.

    `role` opens a page of the newsroom, `code` a receipt; `acts` leads to a state that has no
    address of its own.
    """

    name: str
    view: str
    path: str
    role: str = ""
    code: str = ""
    acts: Callable[[Page], None] | None = None
    status: int = 200

    @property
    def is_framed(self) -> bool:
        return self.path.startswith("/embed/")

    def opened(
        self, context: BrowserContext, site: Site, language: str, *, width: int = 1280
    ) -> "Visit":
        """The page in a new tab of `context`, which has to be of that language."""
        places = site.places[language]
        self._bring_cookies(context, site, places)
        visit = Visit(context.new_page())
        visit.page.set_viewport_size({"width": width, "height": 800})
        answer = visit.page.goto(site.url + self.path.format(**places, language=language))
        status = answer.status if answer else 0
        if status != self.status:
            raise AssertionError(f"{self.name}: {status} and not {self.status}")
        if self.code and visit.page.locator("#open-receipt").count():
            raise AssertionError(f"{self.name}: its code opens nothing")
        if self.acts:
            self.acts(visit.page)
        return visit

    def _bring_cookies(self, context: BrowserContext, site: Site, places: dict[str, str]) -> None:
        if self.role:
            session = site.places["sessions"][self.role]
            _add_cookie(context, "sessionid", session, "/admin/")
        if self.code == "answered":
            _add_cookie(context, places["answered_cookie"], places["answered"], "/")
        elif self.code:
            cookie = LETTER if self.code.startswith(("notice_", "reply_")) else COOKIE
            _add_cookie(context, cookie, places[self.code], "/receipts/")


def _add_cookie(context: BrowserContext, name: str, value: str, path: str) -> None:
    context.add_cookies([{"name": name, "value": value, "domain": "127.0.0.1", "path": path}])


class Visit:
    """A page that was opened, and the bytes that it was made from."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._documents: list[Response] = []
        page.set_default_timeout(10_000)
        page.on("response", self._keep)

    def _keep(self, response: Response) -> None:
        is_page = response.request.is_navigation_request() and not 300 <= response.status < 400
        if is_page and response.frame == self.page.main_frame:
            self._documents.append(response)

    @property
    def source(self) -> str:
        return self._documents[-1].text()


ARTICLE = "/articles/{%s}/"
READERS = [
    Stop("front page", "home", "/"),
    Stop("article, open", "article", ARTICLE % "open"),
    Stop("article, everything unfolded", "article", ARTICLE % "open", acts=acts.unfold),
    Stop("article, to come", "article", ARTICLE % "upcoming"),
    Stop("article, closed and corrected", "article", ARTICLE % "closed"),
    Stop("article, taken down", "article", ARTICLE % "gone", status=410),
    Stop("article, sixty statements", "article", ARTICLE % "long", acts=acts.unfold_three),
    Stop("mistakes", "responses", ARTICLE % "open", acts=acts.send_nothing),
    Stop("answered already", "responses", ARTICLE % "open", code="answered", acts=acts.answer),
    Stop("not our form", "responses", ARTICLE % "open", acts=acts.send_file),
    Stop("results", "results", ARTICLE % "open" + "results/"),
    Stop("results, closed", "results", ARTICLE % "closed" + "results/"),
    Stop("results, three readers from right to left", "results", ARTICLE % "few" + "results/"),
    Stop("results, nobody yet", "results", ARTICLE % "none" + "results/"),
    Stop("results, blackout", "results", ARTICLE % "blackout" + "results/", status=404),
    Stop("results, sixty statements", "results", ARTICLE % "long" + "results/"),
    Stop("releases", "releases", ARTICLE % "closed" + "releases/"),
    Stop("release", "release", ARTICLE % "closed" + "releases/1/"),
    Stop("rules", "rules", ARTICLE % "open" + "rules/"),
    Stop("personal data of an article", "article-privacy", ARTICLE % "open" + "privacy/"),
    Stop("personal data", "privacy", "/privacy/?lang={language}"),
    Stop("legal notice", "legal", "/legal/?lang={language}"),
    Stop("moderation in figures", "transparency", "/transparency/?lang={language}"),
    Stop("reply, form", "reply", ARTICLE % "open" + "statements/1/reply/"),
    Stop("reply, mistakes", "reply", ARTICLE % "open" + "statements/1/reply/", acts=acts.send),
    Stop("notice, form", "notice", "/opinions/{published}/notice/"),
    Stop("notice, mistakes", "notice", "/opinions/{published}/notice/", acts=acts.send),
    Stop("receipt, form", "receipts", "/receipts/?lang={language}"),
    Stop("receipt, wrong code", "receipts", "/receipts/?lang={language}", acts=acts.wrong_code),
    Stop("receipt, new", "receipts", "/receipts/", code="new"),
    Stop("receipt, text rejected", "receipts", "/receipts/", code="rejected", acts=acts.unfold),
    Stop("receipt, contested", "receipts", "/receipts/", code="contested"),
    Stop("receipt, appeal upheld", "receipts", "/receipts/", code="upheld"),
    Stop("receipt, notice waiting", "receipts", "/receipts/", code="notice_waiting"),
    Stop("receipt, notice answered", "receipts", "/receipts/", code="notice_decided"),
    Stop("receipt, reply waiting", "receipts", "/receipts/", code="reply_waiting"),
    Stop("receipt, reply refused", "receipts", "/receipts/", code="reply_refused"),
    Stop("receipt, reply published", "receipts", "/receipts/", code="reply_published"),
    Stop("appeal, empty", "receipt-appeal", "/receipts/", code="rejected", acts=acts.appeal),
    Stop("change", "receipt-change", "/receipts/change/", code="change"),
    Stop("withdrawn", "receipt-withdraw", ARTICLE % "open", acts=acts.withdraw),
    Stop("reply, withdrawn", "reply-withdraw", ARTICLE % "open" + "statements/1/reply/",
         acts=acts.withdraw_reply),
    Stop("frame, form", "embed", "/embed/{open}/"),
    Stop("frame, mistakes", "embed-responses", "/embed/{open}/", acts=acts.send_nothing),
    Stop("frame, receipt", "embed-responses", "/embed/{open}/", acts=acts.answer),
    Stop("frame, results", "embed-results", "/embed/{open}/results/"),
    Stop("frame, statement", "embed-statement", "/embed/{open}/statements/1/"),
    Stop("frame, nothing here", "embed", "/embed/nothing/", status=404),
    Stop("400", "", "/", acts=acts.fault("400")),
    Stop("403", "", "/", acts=acts.fault("403")),
    Stop("404", "", "/nothing/", status=404),
    Stop("500", "", "/", acts=acts.fault("500")),
    Stop("503, not stored yet", "responses", ARTICLE % "open", acts=acts.not_stored),
]  # fmt: skip


def _desk(name: str, view: str, path: str, role: str = "administrator", **more: object) -> Stop:
    return Stop(name, view, f"/admin/{path}", role, **more)  # type: ignore[arg-type]


SURVEY = "polls/survey/{survey}/"
NEWSROOM = [
    Stop("sign in", "login", "/admin/login/"),
    Stop("sign in, wrong", "login", "/admin/login/", acts=acts.sign_in_wrongly),
    _desk("sign in, code", "sign_in_code", "login/code/", "code"),
    _desk("sign in, enrol", "sign_in_enrol", "login/enrol/", "enrolling"),
    _desk("desk of a moderator", "index", "", "moderator"),
    _desk("desk of an editor", "index", "", "editor"),
    _desk("desk of an administrator", "index", ""),
    _desk("polls", "app_list", "polls/"),
    _desk("my sign-in", "account", "account/"),
    _desk("my sign-in, enrol", "account_enrol", "account/", acts=acts.begin_to_enrol),
    _desk("my password", "password_change", "password_change/"),
    _desk("my password, changed", "password_change_done", "password_change/done/"),
    _desk("articles", "polls_article_changelist", "polls/article/", "editor"),
    _desk("article, new", "polls_article_add", "polls/article/add/", "editor"),
    _desk("article", "polls_article_change", "polls/article/{article}/change/", "editor"),
    _desk("article, history", "polls_article_history", "polls/article/{article}/history/"),
    _desk("import", "polls_article_import", "polls/article/import/", "editor"),
    _desk("import, mistakes", "polls_article_import", "polls/article/import/", "editor",
          acts=acts.import_nothing),
    _desk("statements", "polls_statement_changelist", "polls/statement/", "editor"),
    _desk("statement", "polls_statement_change", "polls/statement/{statement}/change/", "editor"),
    _desk("surveys", "polls_survey_changelist", "polls/survey/", "editor"),
    _desk("survey, draft", "polls_survey_change", "polls/survey/{draft}/change/", "editor"),
    _desk("survey", "polls_survey_change", SURVEY + "change/", "editor"),
    _desk("survey, for moderators", "polls_survey_change", SURVEY + "change/", "moderator"),
    _desk("survey, history", "polls_survey_history", SURVEY + "history/"),
    _desk("survey, delete", "polls_survey_delete", "polls/survey/{draft}/delete/", "editor"),
    _desk("compose, new", "polls_survey_new_compose", "polls/survey/compose/", "editor"),
    _desk("compose", "polls_survey_compose", "polls/survey/{draft}/compose/", "editor"),
    _desk("compose, after publication", "polls_survey_compose", SURVEY + "compose/", "editor"),
    _desk("unpublish", "polls_survey_unpublish", SURVEY + "unpublish/", "editor"),
    _desk("preview", "polls_survey_preview", "polls/survey/{draft}/preview/", "editor"),
    _desk("results for staff", "polls_survey_results", SURVEY + "results/", "editor"),
    _desk("dashboard", "polls_survey_dashboard", SURVEY + "dashboard/", "editor"),
    _desk("dashboard, crossed", "polls_survey_dashboard",
          SURVEY + "dashboard/?rows=age&columns=credible&item=relevant", "editor"),
    _desk("release, new", "polls_survey_release", SURVEY + "release/", "editor"),
    _desk("exports", "polls_survey_export", SURVEY + "export/", "editor"),
    _desk("exports, prepared", "polls_survey_export", SURVEY + "export/", "editor",
          acts=acts.order_workbook),
    _desk("questions", "polls_question_changelist", "polls/question/", "editor"),
    _desk("question", "polls_question_change", "polls/question/{question}/change/", "editor"),
    _desk("releases", "polls_release_changelist", "polls/release/", "editor"),
    _desk("release", "polls_release_change", "polls/release/1/change/", "editor"),
    _desk("queue", "polls_opinion_changelist", "polls/opinion/", "moderator"),
    _desk("queue, unfolded", "polls_opinion_changelist", "polls/opinion/", "moderator",
          acts=acts.unfold_two),
    _desk("queue, one a screen", "polls_opinion_changelist", "polls/opinion/?mode=read",
          "moderator"),
    _desk("queue, nothing found", "polls_opinion_changelist", "polls/opinion/?q=zzz", "moderator"),
    _desk("opinion", "polls_opinion_change", "polls/opinion/{waiting}/change/", "moderator"),
    _desk("opinion, decided", "polls_opinion_change", "polls/opinion/{decided}/change/",
          "moderator"),
    _desk("opinion, reported", "polls_opinion_change", "polls/opinion/{reported}/change/",
          "moderator"),
    _desk("notices", "polls_notice_changelist", "polls/notice/", "moderator"),
    _desk("notice", "polls_notice_change", "polls/notice/{notice}/change/", "moderator"),
    _desk("notices, decided", "polls_notice_decided", "polls/notice/decided/", "moderator"),
    _desk("appeals", "polls_appeal_changelist", "polls/appeal/", "moderator"),
    _desk("appeal", "polls_appeal_change", "polls/appeal/{appeal_contested}/change/"),
    _desk("appeal, decided", "polls_appeal_change", "polls/appeal/{appeal_upheld}/change/"),
    _desk("replies", "polls_reply_changelist", "polls/reply/", "editor"),
    _desk("reply", "polls_reply_change", "polls/reply/{reply_waiting_pk}/change/", "editor"),
    _desk("reply, refused", "polls_reply_change", "polls/reply/{reply_refused_pk}/change/",
          "editor"),
    _desk("second looks", "polls_secondlook_changelist", "polls/secondlook/"),
    _desk("second look", "polls_secondlook_change", "polls/secondlook/{look}/change/"),
    _desk("escalations", "polls_escalation_changelist", "polls/escalation/", "moderator"),
    _desk("escalation", "polls_escalation_change", "polls/escalation/{escalation}/change/",
          "moderator"),
    _desk("flagged", "polls_flaggroup_changelist", "polls/flaggroup/", "editor"),
    _desk("flag group", "polls_flaggroup_change", "polls/flaggroup/{flags}/change/", "editor"),
    _desk("transparency", "polls_moderationevent_transparency",
          "polls/moderationevent/transparency/", "editor"),
    _desk("record of moderation", "polls_moderationevent_changelist", "polls/moderationevent/"),
    _desk("event of moderation", "polls_moderationevent_change",
          "polls/moderationevent/{event}/change/"),
    _desk("record", "polls_auditevent_changelist", "polls/auditevent/"),
    _desk("event", "polls_auditevent_change", "polls/auditevent/1/change/"),
    _desk("rules", "polls_moderationrule_changelist", "polls/moderationrule/"),
    _desk("rule", "polls_moderationrule_change", "polls/moderationrule/{rule}/change/"),
    _desk("rule, new", "polls_moderationrule_add", "polls/moderationrule/add/"),
    _desk("words", "polls_moderationword_changelist", "polls/moderationword/"),
    _desk("word", "polls_moderationword_change", "polls/moderationword/{word}/change/"),
    _desk("word, new", "polls_moderationword_add", "polls/moderationword/add/"),
    _desk("colleagues", "auth_user_changelist", "auth/user/"),
    _desk("colleague", "auth_user_change", "auth/user/1/change/"),
    _desk("colleague, new", "auth_user_add", "auth/user/add/"),
    _desk("colleague, password", "auth_user_password_change", "auth/user/1/password/"),
    _desk("groups", "auth_group_changelist", "auth/group/"),
    _desk("group", "auth_group_change", "auth/group/1/change/"),
]  # fmt: skip

# Addresses that show no page of their own, and why.
NOT_PAGES = {
    # Pictures, files, feeds and data; a script's time stamp; what machines ask.
    "stamp", "transparency-csv", "release-picture", "results-picture", "statement-picture",
    "embed-loader", "oembed", "opinions-feed", "api", "api-openapi", "api-surveys", "api-survey",
    "results-json", "api-opinions", "api-releases", "api-release", "api-frozen-release",
    "figures-csv", "release-csv", "jsi18n", "autocomplete", "livez", "readyz",
    "polls_moderationevent_transparency_csv", "polls_survey_codebook",
    "polls_survey_export_download", "polls_survey_export_list",  # a piece of the page of exports
    "sitemap", "consultations-feed", "robots", "favicon", "security",
    # Pieces of the page to compose on.
    "polls_survey_new_compose_preview", "polls_survey_compose_preview",
    "polls_survey_compose_passage",
    "polls_survey_publish", "polls_survey_close", "polls_survey_reopen",
    # They lead on to a page that is in the list.
    "receipt-leave", "logout", "view_on_site", "auth_user_sign_in", "transparency-of",
    "polls_appeal_decide", "polls_escalation_of", "polls_flaggroup_decide", "polls_notice_decide",
    "polls_opinion_decide", "polls_opinion_note", "polls_reply_decide", "polls_secondlook_look",
    "polls_survey_export_cancel", "polls_survey_export_again", "polls_survey_add",
}  # fmt: skip

# The admin's own pages, alike for every model: one of each kind is in the list.
ALIKE = ("_history", "_delete")


def all_stops() -> Iterator[Stop]:
    yield from READERS
    yield from NEWSROOM
