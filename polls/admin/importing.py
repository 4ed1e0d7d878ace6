"""The form that imports an article from a file or a pasted text."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from polls.composing.drafts import DraftArticle, ImportProblem
from polls.composing.parsing import decode, parse
from polls.models import Article

MAX_FILE = 1_000_000  # bytes


class ImportForm(forms.Form):
    """A file or a pasted text; both are read as `import_article` reads a file."""

    file = forms.FileField(
        label=_("File"), required=False, help_text=_("Markdown or plain text, UTF-8.")
    )
    text = forms.CharField(
        label=_("Or the text itself"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "class": "vLargeTextField"}),
    )
    title = forms.CharField(
        label=_("Title"), required=False, max_length=200, help_text=_("For a text that has none.")
    )
    slug = forms.SlugField(
        label=_("Address"),
        required=False,
        max_length=80,
        help_text=_("The end of the page’s address. Empty: made from the title."),
    )

    draft: DraftArticle

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file, text = data.get("file"), data.get("text", "")
        if bool(file) == bool(text.strip()):
            raise ValidationError(_("Give a file or a text, one of the two."))
        if file and file.size > MAX_FILE:
            raise ValidationError(_("The file is larger than a megabyte."))
        try:
            source = decode(file.read()) if file else text
            self.draft = parse(source, slug=data.get("slug", ""), title=data.get("title", ""))
        except ImportProblem as problem:
            raise ValidationError(problem.messages) from problem
        if Article.objects.filter(slug=self.draft.slug).exists():
            raise ValidationError(_("There is an article at this address already: give another."))
        return data
