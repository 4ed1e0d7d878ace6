"""Results as a document: what the JSON says, what a release freezes, what is read back from it.

The live page and a release are drawn from the same `Results`, so that they can't disagree.
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from cattrs.preconf.json import make_converter
from django.utils.translation import override

from .identity_wording import notice_in, own_page
from .queries import ItemResult, Results

_converter = make_converter()


def freeze(value: Any) -> Any:
    """Frozen figures as plain values, to be stored as JSON."""
    return _converter.unstructure(value)


def thaw(stored: Any, kind: Any) -> Any:
    """The same figures again: `thaw(freeze(results), Results) == results`."""
    return _converter.structure(stored, kind)


def canonical(stored: Any) -> bytes:
    """A stored document as bytes, its keys sorted: the same document, the same bytes."""
    text = json.dumps(stored, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def digest(stored: Any) -> str:
    """SHA-256 over the canonical bytes of a document."""
    return hashlib.sha256(canonical(stored)).hexdigest()


def public(figures: Results) -> dict[str, Any]:
    """The documented object of results.json (`docs/api.md`): the page's values, unrounded."""
    return {
        "survey": figures.slug,
        "edition": figures.edition,
        "language": figures.language,
        "question": figures.question,
        "representative": False,
        "notice": notice_in(figures.language),
        # To the minute, or two equal documents would never have the same tag.
        "as_of": figures.at.replace(second=0, microsecond=0).isoformat(),
        "simulated": figures.simulated,
        "respondents": figures.respondents,
        "received": figures.received,
        "set_aside": [asdict(part) for part in figures.set_aside],
        "identity": _identity(figures),
        "items": [_item(figures, item) for item in figures.items],
    }


def _identity(figures: Results) -> dict[str, Any]:
    card: dict[str, Any] = freeze(figures.identity)
    with override(figures.language):
        return card | {"reached": figures.identity.reached or own_page()}


def _item(figures: Results, item: ItemResult) -> dict[str, Any]:
    received = figures.raw_of(item)
    raw = {choice.key: choice.count for choice in received.choices} if received else {}
    below, on, above = item.sides or (None, None, None)
    return {
        "key": item.key,
        "kind": item.kind,
        "wording": item.wording,
        "statement": item.statement,
        "aspect": item.aspect or None,
        "profile": item.profile,
        "answered": item.answered,
        "with_opinion": item.with_opinion,
        "no_opinion": item.no_opinion,
        "not_answered": item.not_answered,
        "median": item.median.key if item.median else None,
        "mean": item.mean,
        "below": below,
        "middle": on,
        "above": above,
        "choices": [asdict(choice) | {"raw_count": raw.get(choice.key)} for choice in item.choices],
    }
