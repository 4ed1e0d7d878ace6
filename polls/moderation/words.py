"""The words that moderators want to be shown, and where a text has one."""

import re
from collections.abc import Iterable, Mapping

from polls.lib.caching import kept_briefly
from polls.lib.text import folded
from polls.models import ModerationWord

# A sign beside a letter that it stands for one: "c0nnard", "$alope", "s4laud". (Both patterns begin
# with the rarer character, and look back from there: that is quicker by half.)
_DISGUISE = re.compile(r"[013457@$](?:(?<=[a-z].)|(?=[a-z]))")
_UNDISGUISED = str.maketrans("013457@$", "oieastas")
_SIGNS = re.compile(r"[a-z0-9@$]+")
# Dots between single letters: "c.o.n".
_DOTS = re.compile(r"[.*·-](?<=\b[a-z].)(?=[a-z]\b)")


@kept_briefly
def listed() -> Mapping[str, str]:
    """The list of every language, folded, each with the word as it stands there.

    Of every language, because readers insult in more than the survey's. One query, kept for a few
    seconds: a change takes effect for the texts that come after them.
    """
    words = ModerationWord.objects.order_by("language", "word").values_list("word", flat=True)
    return {folded(word): word for word in words}


def pointed_out(text: str, words: Iterable[str]) -> list[str]:
    """The listed words in a folded text, as the list has them; `words` are those of the text."""
    known = listed()
    said = known.keys() & set(words)
    if known and _DISGUISE.search(text):
        signs = map(str.lower, _SIGNS.findall(text))
        said |= known.keys() & {sign.translate(_UNDISGUISED) for sign in signs}
    if known and _DOTS.search(text):
        said |= known.keys() & set(_SIGNS.findall(_DOTS.sub("", text)))
    return sorted(known[word] for word in said)
