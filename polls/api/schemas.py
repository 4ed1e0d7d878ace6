"""The shapes of what the API answers, in JSON Schema 2020-12 (OpenAPI 3.1).

Every key is always there, and there are no others: `tests/api` holds the answers to it.
"""

from polls.results.comparisons.crosses import Cross
from polls.results.comparisons.trends import Trend
from polls.results.scenario.figures import Scenario

from .dataclass_schema import Schema, schema_of

TEXT: Schema = {"type": "string"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "integer", "minimum": 1}
MAYBE_NUMBER: Schema = {"type": ["integer", "null"], "minimum": 1}
SHARE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
FLAG: Schema = {"type": "boolean"}
TIME: Schema = {"type": "string", "format": "date-time"}
MAYBE_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
MAYBE_DAY: Schema = {"type": ["string", "null"], "format": "date"}
LINK: Schema = {"type": "string", "format": "uri"}
MAYBE_LINK: Schema = {"type": ["string", "null"], "format": "uri"}
DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256"}
SLUG: Schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}
NEVER: Schema = {"const": False, "description": "Readers chose to answer: it never is."}


def one_of(*values: str | None) -> Schema:
    return {"enum": list(values)}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def many(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def shape(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


ASPECT = one_of("credibility", "relevance", None)
MODERATION = one_of("before", "after")
PAGES: Schema = {"page": NUMBER, "previous": MAYBE_LINK, "next": MAYBE_LINK}
HEAD: Schema = {
    "survey": SLUG,
    "edition": NUMBER,
    "language": TEXT,
    "title": TEXT,
    "question": TEXT,
    "phase": one_of("upcoming", "open", "closed"),
    "opens": MAYBE_TIME,
    "closes": MAYBE_TIME,
}
LABELLED: Schema = {"representative": NEVER, "notice": TEXT}
SOURCE: Schema = {"source": TEXT, "source_link": MAYBE_TEXT}
LINKS = ("self", "results", "opinions", "releases", "article", "page", "feed", "csv")
FIGURES: Schema = {
    "survey": SLUG,
    "edition": NUMBER,
    "language": TEXT,
    "question": TEXT,
    "representative": NEVER,
    "notice": TEXT,
    "as_of": TIME,
    "simulated": FLAG,
    "respondents": COUNT,
    "received": COUNT,
    "set_aside": many(ref("SetAside")),
    "identity": ref("Identity"),
    "items": many(ref("ItemResult")),
}

SCHEMAS: Schema = {
    "Error": shape({"error": TEXT}),
    "Index": shape({"surveys": LINK, "openapi": LINK}),
    "Surveys": shape({"surveys": many(ref("Entry")), **PAGES}),
    "Entry": shape({**HEAD, "links": ref("Links")}),
    "Links": shape(dict.fromkeys(LINKS, LINK)),
    "Survey": shape(
        {
            **HEAD,
            **LABELLED,
            "reached": TEXT,
            "moderation": MODERATION,
            "rules": many(shape({"key": TEXT, "title": TEXT, "text": TEXT})),
            "results": shape(
                {
                    "rule": one_of("always", "after_answering", "after_closing", "staff"),
                    "from": COUNT,
                    "public": FLAG,
                }
            ),
            "statements": many(ref("Statement")),
            "items": many(ref("Item")),
            "links": ref("Links"),
        }
    ),
    "Statement": shape(
        {
            "number": COUNT,
            "text": TEXT,
            "form": one_of("verbatim", "reported"),
            "kind": one_of("claim", "judgement"),
            "speaker": TEXT,
            "said_on": MAYBE_DAY,
            **SOURCE,
            "original": MAYBE_TEXT,
            "original_language": MAYBE_TEXT,
            "facts": many(shape({"text": TEXT, **SOURCE})),
            "replies": many(ref("Reply")),
            "link": LINK,
        }
    ),
    "Reply": shape(
        {
            "name": TEXT,
            "capacity": one_of("person", "representative"),
            "text": TEXT,
            "published": TIME,
        }
    ),
    "Item": shape(
        {
            "key": TEXT,
            "kind": one_of("scale", "single", "multiple", "text"),
            "wording": TEXT,
            "hint": TEXT,
            "required": FLAG,
            "statement": {"type": ["integer", "null"]},
            "aspect": ASPECT,
            "profile": FLAG,
            "choices": many(
                shape({"key": TEXT, "label": TEXT, "value": {"type": ["integer", "null"]}})
            ),
        }
    ),
    "Results": shape(FIGURES),
    "SetAside": shape({"rule": TEXT, "version": NUMBER, "count": COUNT}),
    "Identity": shape(
        {
            "article": TEXT,
            "question": TEXT,
            "edition": NUMBER,
            "language": TEXT,
            "opened": MAYBE_TIME,
            "closes": MAYBE_TIME,
            "reached": TEXT,
            "received": COUNT,
            "set_aside": COUNT,
            "moderation": MODERATION,
            "simulated": FLAG,
            "digest": DIGEST,
        }
    ),
    "ItemResult": shape(
        {
            "key": TEXT,
            "kind": one_of("scale", "single", "multiple"),
            "wording": TEXT,
            "statement": {"type": ["integer", "null"]},
            "aspect": ASPECT,
            "profile": FLAG,
            "answered": COUNT,
            "with_opinion": COUNT,
            "no_opinion": COUNT,
            "not_answered": COUNT,
            "median": MAYBE_TEXT,
            "mean": {"type": ["number", "null"]},
            "below": SHARE,
            "middle": SHARE,
            "above": SHARE,
            "choices": many(ref("ChoiceCount")),
        }
    ),
    "ChoiceCount": shape(
        {
            "key": TEXT,
            "label": TEXT,
            "value": {"type": ["integer", "null"]},
            "count": COUNT,
            "share": SHARE,
            "share_of_all": SHARE,
            "raw_count": {"type": ["integer", "null"], "minimum": 0},
        }
    ),
    "Opinions": shape(
        {
            "survey": SLUG,
            "edition": NUMBER,
            "language": TEXT,
            **LABELLED,
            "simulated": FLAG,
            "identity": ref("Identity"),
            "opinions": many(ref("Opinion")),
            **PAGES,
        }
    ),
    "Opinion": shape(
        {
            "id": {"type": "string", "format": "uuid"},
            "text": TEXT,
            "ratings": many(TEXT),
            "report": LINK,
        }
    ),
    "Releases": shape(
        {"survey": SLUG, "language": TEXT, **LABELLED, "releases": many(ref("ReleaseEntry"))}
    ),
    "ReleaseEntry": shape(
        {
            "number": NUMBER,
            "title": TEXT,
            "published": TIME,
            "digest": DIGEST,
            "superseded_by": MAYBE_NUMBER,
            "links": shape({"self": LINK, "page": LINK}),
        }
    ),
    "Cross": schema_of(Cross),
    "Trend": schema_of(Trend),
    "Scenario": schema_of(Scenario),
    "Release": shape(
        {
            **FIGURES,
            "comparisons": many(ref("Cross")),
            "trends": many(ref("Trend")),
            "scenario": {"anyOf": [ref("Scenario"), {"type": "null"}]},
            "release": shape(
                {
                    "number": NUMBER,
                    "title": TEXT,
                    "commentary": {**TEXT, "description": "Markdown"},
                    "published": TIME,
                    "digest": DIGEST,
                    "superseded_by": MAYBE_NUMBER,
                }
            ),
        }
    ),
}
