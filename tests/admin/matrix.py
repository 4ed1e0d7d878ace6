"""Who may do what: every address of the admin against every role. `test_roles` holds it true.

Roles by their letters: m moderator, e editor, a administrator, s staff in no group. An address
that isn't here fails the tests, and so does a line whose address is gone.
"""

ALL, NONE = "meas", ""

# Model: who looks at its rows, who adds, changes, deletes one.
MODELS = {
    "auth_group": ("a", NONE, NONE, NONE),
    "auth_user": ("a", "a", "a", NONE),
    "polls_article": ("mea", "ea", "ea", NONE),  # one without a consultation: "ea"
    "polls_statement": ("ea", NONE, "ea", NONE),  # added and deleted on the article's page
    "polls_survey": ("mea", "ea", "ea", "ea"),
    "polls_question": ("ea", NONE, "ea", "ea"),  # added on the survey's page
    "polls_flaggroup": ("ea", NONE, NONE, NONE),
    "polls_release": ("ea", NONE, NONE, NONE),
    "polls_opinion": ("ma", NONE, NONE, NONE),
    "polls_notice": ("ma", NONE, NONE, NONE),
    "polls_appeal": ("ma", NONE, NONE, NONE),
    "polls_secondlook": ("ma", NONE, "ma", NONE),  # its page leads back to the next one
    "polls_escalation": ("ma", NONE, NONE, NONE),
    "polls_reply": ("ea", NONE, NONE, NONE),
    "polls_moderationrule": ("mea", "a", "a", "a"),
    "polls_moderationword": ("mea", "ma", "ma", "ma"),
    # The record: to be read by whom it concerns, and changed by nobody.
    "polls_moderationevent": ("ma", NONE, NONE, NONE),
    "polls_auditevent": ("ea", NONE, NONE, NONE),
}

# Every other address by its name: who may look at it, who may act there; None: not at all.
PAGES: dict[str, tuple[str | None, str | None]] = {
    "index": (ALL, None),
    "app_list": ("mea", None),
    "jsi18n": (ALL, None),
    "password_change": (ALL, ALL),
    "password_change_done": (ALL, None),
    "autocomplete": ("mea", None),
    "view_on_site": (NONE, None),
    "account": (ALL, ALL),
    "account_enrol": (ALL, ALL),
    "auth_user_password_change": ("a", "a"),
    "auth_user_sign_in": (None, "a"),
    "polls_article_import": ("ea", "ea"),
    "polls_survey_results": ("mea", None),
    "polls_survey_preview": ("mea", None),
    "polls_survey_compose": ("ea", "ea"),
    "polls_survey_compose_preview": (None, "ea"),
    "polls_survey_compose_passage": (None, "ea"),
    "polls_survey_new_compose": ("ea", "ea"),
    "polls_survey_new_compose_preview": (None, "ea"),
    "polls_survey_dashboard": ("mea", None),
    "polls_survey_release": ("ea", "ea"),
    "polls_survey_close": ("ea", "ea"),
    "polls_survey_reopen": ("ea", "ea"),
    "polls_survey_unpublish": ("ea", "ea"),
    "polls_survey_publish": ("ea", "ea"),  # of a draft, which is none afterwards
    "polls_survey_export": ("ea", "ea"),
    "polls_survey_export_list": ("ea", None),
    "polls_survey_export_download": (None, "ea"),
    "polls_survey_export_cancel": (None, "ea"),
    "polls_survey_export_again": (None, "ea"),
    "polls_survey_codebook": (None, "ea"),
    "polls_flaggroup_decide": (None, "ea"),
    "polls_opinion_decide": (None, "ma"),
    "polls_opinion_note": (None, "ma"),
    "polls_moderationevent_transparency": ("mea", None),
    "polls_moderationevent_transparency_csv": ("mea", None),
    "polls_appeal_decide": (None, "ma"),
    "polls_secondlook_look": (None, "ma"),
    "polls_escalation_of": (None, "ma"),
    "polls_notice_decided": ("ma", None),
    "polls_notice_decide": (None, "ma"),
    "polls_reply_decide": (None, "ea"),
}

# Open to who isn't signed in yet; `test_sign_in` is about them.
DOORS = {"login", "logout", "sign_in_code", "sign_in_enrol"}


def expected() -> dict[tuple[str, str], str]:
    """(GET or POST, name of the address): the letters of the roles that may."""
    table: dict[tuple[str, str], str] = {}
    for model, (look, add, change, delete) in MODELS.items():
        table |= {
            ("GET", f"{model}_changelist"): look,
            ("GET", f"{model}_history"): look,
            ("GET", f"{model}_change"): look,
            ("POST", f"{model}_change"): change,
            ("GET", f"{model}_add"): add,
            ("POST", f"{model}_add"): add,
            ("GET", f"{model}_delete"): delete,
            ("POST", f"{model}_delete"): delete,
        }
    for name, (look_at, act) in PAGES.items():
        if look_at is not None:
            table["GET", name] = look_at
        if act is not None:
            table["POST", name] = act
    return table
