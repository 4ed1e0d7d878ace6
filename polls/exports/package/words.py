"""What the files and columns of a package are, for datapackage.json and README.md."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..figures import LABELS
from . import layout

FILES: Mapping[str, Promise] = {
    layout.README: _("What each file is, and how to check and recompute"),
    layout.METHOD: _("How the figures came about, and what must be printed beside them"),
    layout.RELEASE: _(
        "The figures as one document; of a release its SHA-256 is the one that is published"
    ),
    layout.FIGURES: _("The figures: a line for each item and choice"),
    layout.ITEMS: _("The items in short: how many answered, the median, the sides of a scale"),
    layout.COMPARISONS: _("Crossed items: a line for each cell"),
    layout.TRENDS: _("Items over time: a line for each time and series"),
    layout.CODEBOOK: _("What the columns and codes stand for"),
    layout.QUESTIONNAIRE: _("The questions and the statements as readers saw them"),
    layout.RESPONSES: _("Every response that was not withdrawn, with its text: internal"),
}

_ITEM = _("Key of the item")
_WORDING = _("Wording of the item")
_STATEMENT = _("Number of the statement that it is about; empty: the article on the whole")
_ASPECT = _("credibility or relevance; empty: neither")
_KIND = _("scale, single or multiple choice")
_HIDDEN = _("1: left out, because it would tell what a small group answered")
_THRESHOLD = _("Size of the smallest group that is shown")

ITEMS: Mapping[str, Promise] = {
    "item": _ITEM,
    "kind": _KIND,
    "wording": _WORDING,
    "statement": _STATEMENT,
    "aspect": _ASPECT,
    "answered": _("How many counted responses answered it"),
    "with_opinion": _("How many of them have an opinion"),
    "no_opinion": _("How many of them chose “no opinion” on a scale"),
    "not_answered": _("How many counted responses did not answer it"),
    "median": _("Key of the lowest point that half of those with an opinion do not exceed"),
    "mean": _("Mean of a scale’s values; never to be printed alone"),
    "below": _("Share of opinions below the middle of the scale; from 0 to 1"),
    "middle": _("Share of opinions in the middle of the scale"),
    "above": _("Share of opinions above the middle of the scale"),
}
COMPARISONS: Mapping[str, Promise] = {
    "rows_item": _("Key of the item whose choices are the rows"),
    "rows_wording": _("Its wording"),
    "rows_statement": _STATEMENT,
    "columns_item": _("Key of the item whose choices are the columns"),
    "columns_wording": _("Its wording"),
    "columns_statement": _STATEMENT,
    "row_is": _("A choice, those who did not answer, or all"),
    "row": _("Key of the row’s choice; empty: not answered, or all"),
    "row_label": _("The row in words"),
    "column_is": _("A choice, those who did not answer, or all"),
    "column": _("Key of the column’s choice; empty: not answered, or all"),
    "column_label": _("The column in words"),
    "column_value": _("Number of a point on a scale"),
    "count": _("How many are in both; empty: hidden"),
    "share": _("Of all in the row; from 0 to 1"),
    "hidden": _HIDDEN,
    "threshold": _THRESHOLD,
}
TRENDS: Mapping[str, Promise] = {
    "item": _ITEM,
    "wording": _WORDING,
    "statement": _STATEMENT,
    "unit": _("hour, day or week"),
    "start": _("When the hour, day or week begins (UTC)"),
    "series": _("Key of a choice, or above-middle: the opinions above the middle of a scale"),
    "series_label": _("The series in words"),
    "n": _("How many answers the share is of; empty: hidden"),
    "share": _("From 0 to 1; empty: hidden, or nobody answered"),
    "hidden": _HIDDEN,
    "threshold": _THRESHOLD,
}
CODEBOOK: Mapping[str, Promise] = {
    "column": _("Name of a column of responses.csv"),
    "description": _("What it holds; of an item its wording"),
    "kind": _("Kind of the item, or of the column"),
    "statement": _STATEMENT,
    "code": _("A code that it may hold; empty: not answered"),
    "label": _("The code in words"),
    "value": _("Number of a point on a scale"),
    "spss": _("Number that stands for the code in SPSS"),
    "statement_text": _("The statement that it is about"),
}
COLUMNS: Mapping[str, Mapping[str, Promise]] = {
    layout.FIGURES: LABELS,
    layout.ITEMS: ITEMS,
    layout.COMPARISONS: COMPARISONS,
    layout.TRENDS: TRENDS,
    layout.CODEBOOK: CODEBOOK,
}
