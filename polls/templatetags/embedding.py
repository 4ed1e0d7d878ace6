"""The link by which a CMS finds a page's frame (oEmbed discovery)."""

from django import template
from django.urls import reverse
from django.utils.html import format_html

from polls.embeds.oembed import discovery
from polls.models import Survey

register = template.Library()


@register.simple_tag
def oembed_link(survey: Survey, page: str) -> str:
    """The link for a page's head, by the name of its address; none where no site may embed it."""
    if not survey.origins:
        return ""
    return format_html(
        '<link rel="alternate" type="application/json+oembed" href="{}" title="{}">',
        discovery(reverse(page, args=[survey.article.slug])),
        survey.article.title,
    )
