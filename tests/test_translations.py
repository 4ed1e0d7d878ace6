"""The catalogues: whole, compiled as they are written; the French one set in French typography.

What is to be translated is read here from the code and the templates with Python alone, so that
nothing is left out on a machine without gettext; `make messages` must find the same.
"""

import ast
import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.utils.translation import gettext, ngettext, override, pgettext
from django.utils.translation.template import templatize

from polls.admin import django_french

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "polls" / "locale"
SOURCES = ("manage.py", "polls", "surveysite", "templates")
MENDED_BY = "`make messages` (LOCALE=xx for another language than French), then translate"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
TRANSLATED = tuple(code for code in LANGUAGES if code != "en")

NARROW, NO_BREAK = "\u202f", "\u00a0"


class Text(NamedTuple):
    """A text to translate, as gettext tells one from another."""

    context: str
    singular: str
    plural: str


def text_of(entry: Any) -> Text:
    return Text(entry.msgctxt or "", entry.msgid, entry.msgid_plural)


def forms_of(entry: Any) -> list[str]:
    """The translations of an entry, the singular's first."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def written(language: str) -> Any:
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    assert path.exists(), f"make messages LOCALE={language}"
    return polib.pofile(str(path))


@pytest.fixture(scope="module")
def french() -> Any:
    return written("fr")


@pytest.fixture(scope="module", params=TRANSLATED)
def catalogue(request: pytest.FixtureRequest) -> Any:
    return written(request.param)


# What is to be translated. A function's name says what its first arguments are.

FUNCTION = re.compile(r"(?:n?p?gettext(?:_lazy)?|gettext_noop|_)\Z")
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)", re.DOTALL)


def text_in_call(function: str, arguments: list[str]) -> Text:
    context = arguments.pop(0) if "pgettext" in function else ""
    plural = arguments[1] if function.startswith("n") else ""
    return Text(context, arguments[0], plural)


def texts_in_code(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        arguments = [
            argument.value
            for argument in node.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if FUNCTION.match(name) and arguments:
            yield text_in_call(name, arguments)


def texts_in_template(source: str) -> Iterator[Text]:
    """Django makes calls of the tags, in a text that isn't quite Python."""
    for call in CALL.finditer(templatize(source)):
        arguments = [ast.literal_eval(found) for found in re.findall(LITERAL, call[2], re.DOTALL)]
        yield text_in_call(call[1], arguments)


READERS = {".py": texts_in_code, ".html": texts_in_template, ".txt": texts_in_template}


def texts_in_project() -> dict[Text, str]:
    """Every text with a file that has it."""
    found: dict[Text, str] = {}
    for start in map(ROOT.joinpath, SOURCES):
        for file in [start] if start.is_file() else sorted(start.rglob("*")):
            if read := READERS.get(file.suffix):
                where = str(file.relative_to(ROOT))
                found |= dict.fromkeys(read(file.read_text(encoding="utf-8")), where)
    return found


def test_texts_are_found_in_code() -> None:
    source = """
_("plain, "
  'in two pieces')
translation.gettext_lazy("a method")
ngettext("%d one", "%d many", number)
pgettext_lazy("a context", "a text")
npgettext("a context", "one", "many", number)
gettext(name)
print("not to be translated")
"""
    assert set(texts_in_code(source)) == {
        Text("", "plain, in two pieces", ""),
        Text("", "a method", ""),
        Text("", "%d one", "%d many"),
        Text("a context", "a text", ""),
        Text("a context", "one", "many"),
    }


def test_texts_are_found_in_templates() -> None:
    source = """{% load i18n %}<p title="{% translate "It’s a title" %}">_("prose")</p>
{% translate "short" context "a context" %}{% if a == _("constant") %}{{ _("variable") }}{% endif %}
{% blocktranslate with day=x|date:"Y" %}on {{ day }}{% endblocktranslate %}
{% blocktranslate count n=list|length %}{{ n }} one{% plural %}{{ n }} many{% endblocktranslate %}
"""
    assert set(texts_in_template(source)) == {
        Text("", "It’s a title", ""),
        Text("a context", "short", ""),
        Text("", "constant", ""),
        Text("", "variable", ""),
        Text("", "on %(day)s", ""),
        Text("", "%(n)s one", "%(n)s many"),
    }


def test_texts_of_every_sort_are_found_in_the_project() -> None:
    found = texts_in_project()
    assert len(found) > 400
    assert found[Text("", "Send my answer", "")].startswith("templates/")
    assert found[Text("", "%(minutes)s minute to read", "%(minutes)s minutes to read")]
    assert (
        found[Text("", "%d text published.", "%d texts published.")]
        == "polls/admin/queue/telling.py"
    )
    assert found[Text("one statement", "Fairly relevant", "")] == "polls/composing/scales.py"


def test_the_catalogue_has_every_text_and_no_other(catalogue: Any) -> None:
    found, has = texts_in_project(), {text_of(entry) for entry in catalogue}
    missing = {text: where for text, where in found.items() if text not in has}
    assert not missing, MENDED_BY
    assert not has - found.keys(), MENDED_BY


# The entries.

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z]")


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def test_every_entry_is_translated(catalogue: Any) -> None:
    assert not [entry.msgid for entry in catalogue if not all(map(str.strip, forms_of(entry)))]
    assert not [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete]
    plurals = [entry for entry in catalogue if entry.msgid_plural]
    forms = re.match(r"nplurals=(\d)", catalogue.metadata["Plural-Forms"])
    assert plurals
    assert forms
    assert all(sorted(entry.msgstr_plural) == [*range(int(forms[1]))] for entry in plurals)


def test_translations_keep_their_placeholders(catalogue: Any) -> None:
    for entry in catalogue:
        first, *more = forms_of(entry)
        # "One thing" may do without the number that "%(n)s things" needs.
        allowed = [placeholders(entry.msgid), placeholders(entry.msgid_plural or entry.msgid)]
        assert placeholders(first) in allowed, entry.msgid
        assert all(placeholders(form) == allowed[-1] for form in more), entry.msgid


def test_the_compiled_catalogue_is_the_written_one(catalogue: Any) -> None:
    def texts(catalogue: Any) -> dict[Text, list[str]]:
        return {text_of(entry): forms_of(entry) for entry in catalogue}

    language = catalogue.metadata["Language"]
    compiled = polib.mofile(str(LOCALE / language / "LC_MESSAGES" / "django.mo"))
    assert texts(compiled) == texts(catalogue), MENDED_BY
    for field in ("Language", "Plural-Forms", "Content-Type"):
        assert compiled.metadata[field] == catalogue.metadata[field]


# French typography.

RULES = {
    "a straight quotation mark or apostrophe": r"""["']""",
    "English quotation marks": r"[“”]",
    "three dots": r"\.\.\.",
    "two spaces": r"  ",
    "no narrow no-break space before ? ! ; %": rf"(?<!{NARROW})[?!;%]",
    "no no-break space before :": rf"(?<!{NO_BREAK}):(?!//|\d)",
    "no no-break space after «": rf"«(?!{NO_BREAK})",
    "no no-break space before »": rf"(?<!{NO_BREAK})»",
    "no no-break space after n°": rf"\b[Nn]°(?!{NO_BREAK}|\Z)",
    "no narrow no-break space between thousands": r"\d \d{3}\b",
    "no no-break space between a number and its unit": (
        r"(?:\d|\bx) (?:jours?|heures?|minutes?|secondes?|mois|ans?|caractères?|s)\b"
    ),
    "a capital without its accent": r"\b(?:A (?:la|le|partir)|Eta|Etes|Ecri|Edit|Echec|Evol)",
    "a word that French has its own for": r"(?i)\b(?:e-?)?mails?\b|\blogin\b|\bfeedback\b",
}
# One thing has one name: the others were in use beside it.
TERMS = {
    "en suspens, for what a moderator puts on hold": r"(?i)\bsuspend(?!re\b)|mise?s? en attente",
    "illicite, as the law has it": r"(?i)\billéga",
    "refuser, of a text": r"(?i)\brejet",
    "lectorat, of the paper’s audience": r"(?i)(?<!mesure d’)\baudience|public du journal",
    "consultation; a poll is only what it isn’t": (
        rf"(?i)\benquête|(?<!un )(?<!«{NO_BREAK})\bsondage"
    ),
}


def slips(text: str) -> list[str]:
    plain = PLACEHOLDER.sub("x", text).replace("%%", "%")
    return [rule for rule, pattern in (RULES | TERMS).items() if re.search(pattern, plain)]


@pytest.mark.parametrize(
    "text",
    [
        *("l'avis", 'un "avis"', "un “avis”", "et...", "un  avis", "«avis»", "« avis »"),
        *("Oui ?", "Oui?", "Oui !", "oui ; non", "50 %", "50%%", f"50{NO_BREAK}%", "Règle :"),
        *("Règle:", f"Règle{NARROW}:", f"«{NO_BREAK}avis »", f"« avis{NO_BREAK}»"),
        *(
            "n° 2",
            "N° %(number)s",
            "2 000 euros",
            "3 jours",
            "%(number)s heures",
            "%d s par question",
        ),
        *("A la une", "un e-mail", "texte suspendu", "Mis en attente", "illégal", "il rejette"),
        *("le sondage", "part de l’audience"),
    ],
)
def test_slips_of_typography_are_seen(text: str) -> None:
    assert slips(text)


def test_good_typography_is_let_through() -> None:
    good = (
        "Règle~: «~%(rule)s~» l’emporte…_! 50_%% à 08:00, https://example.org, %d_%%_; non_?"
        " N°~3, 2_000~jours, ce n’est pas un sondage, ni mesure d’audience."
    )
    assert slips(good.replace("~", NO_BREAK).replace("_", NARROW)) == []


def test_french_is_set_in_french_typography(french: Any) -> None:
    found = {form: slips(form) for entry in french for form in forms_of(entry)}
    assert not {form: rules for form, rules in found.items() if rules}


# The pages.

ANSWER = {
    "item-credible": "2",
    "item-relevant": "none",
    "item-opinion": "Des preuves, plutôt que des messages.",
    "consent_counting": "on",
    "consent_publication": "on",
}


@pytest.fixture
def sample(db: None, client: Client) -> Client:
    call_command("load_sample", verbosity=0)
    return client


def send(client: Client, fields: dict[str, str]) -> HttpResponse:
    return client.post(  # type: ignore[return-value]
        "/articles/stargate-musk/responses/",
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers={"Sec-Fetch-Site": "same-origin"},
    )


def shown(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    page = html.unescape(response.content.decode())
    assert '<html lang="fr">' in page
    return page


def english_left(page: str, french: Any) -> list[str]:
    """The English texts on a page; what stands for a placeholder may be anything short."""
    found = []
    for entry in french:
        for text in filter(None, (entry.msgid, entry.msgid_plural)):
            pieces = PLACEHOLDER.split(text)
            pattern = "[^<>]{1,60}".join(map(re.escape, pieces))
            if len("".join(pieces)) > 15 and text not in forms_of(entry):
                found += re.findall(pattern, page)
    return found


def test_the_pages_before_an_answer_are_in_french(sample: Client, french: Any) -> None:
    article = shown(sample.get("/articles/stargate-musk/"))
    assert "Envoyer ma réponse" in article
    assert f"Dans l’ensemble, ces déclarations vous paraissent-elles crédibles{NARROW}?" in article
    mistakes = shown(send(sample, {}), 422)
    assert f"Choisissez une réponse, ou «{NO_BREAK}sans opinion{NO_BREAK}»." in mistakes
    opening = shown(sample.get("/receipts/"))
    assert "Code de votre reçu" in opening
    nothing = shown(sample.get("/nothing/"), 404)
    assert "Aucune page à cette adresse" in nothing
    for page in (article, mistakes, opening, nothing, shown(sample.get("/"))):
        assert english_left(page, french) == []


def test_the_pages_after_an_answer_are_in_french(sample: Client, french: Any) -> None:
    assert send(sample, ANSWER).status_code == 303
    receipt = shown(sample.get("/receipts/"))
    assert "Votre réponse est enregistrée et comptée" in receipt
    change = shown(sample.get("/receipts/change/"))
    assert "Enregistrer les modifications" in change
    results = shown(sample.get("/articles/stargate-musk/results/"))
    assert f"Ce n’est pas un sondage{NO_BREAK}:" in results
    refusal = shown(send(sample, ANSWER), 409)
    for page in (receipt, change, results, refusal):
        assert english_left(page, french) == []


def test_english_left_on_a_page_is_seen(french: Any) -> None:
    page = "<p>Send it again</p><p>Decided by a person on 3 mai. You may"
    assert english_left("<button>Write your opinion.</button>", french) == ["Write your opinion."]
    assert english_left("<b>Consultation open</b>", french) == ["Consultation open"]
    assert english_left(page, french) == []


# English needs no catalogue: it is never filled up with French.


def test_english_is_the_texts_themselves(french: Any) -> None:
    with override("en"):
        for entry in french:
            if entry.msgid_plural:
                assert ngettext(entry.msgid, entry.msgid_plural, 1) == entry.msgid
                assert ngettext(entry.msgid, entry.msgid_plural, 2) == entry.msgid_plural
            elif entry.msgctxt:
                assert pgettext(entry.msgctxt, entry.msgid) == entry.msgid
            else:
                assert gettext(entry.msgid) == entry.msgid


def test_english_is_set_in_english_typography() -> None:
    found = {form for text in texts_in_project() for form in (text.singular, text.plural)}
    found -= set(django_french.WORDS)  # typed by Django
    typed = {text: re.sub(r"`[^`]*`", "x", text) for text in found}
    assert not [text for text, plain in typed.items() if re.search(r"[\"']|\.\.\.|  ", plain)]
