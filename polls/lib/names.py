"""Names of languages, in the language that is active."""

from django.utils.translation import get_language, get_language_info, gettext

from . import languages


def language_name(code: str) -> str:
    """The name of a language within a sentence: "anglais", "French"; the code where unknown."""
    try:
        name = gettext(get_language_info(code)["name"])
    except KeyError:
        return code
    return name.lower() if languages.of(get_language()).small_names else name
