"""Filters for texts from content files: titles and reasons have code spans, hints are Markdown."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from labs.content.rendering import render_fragment

register = template.Library()


@register.filter
def code_spans(text: str) -> SafeString:
    """Escape a sentence and set what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return conditional_escape(text)
    marked = [
        format_html("<code>{}</code>", part) if i % 2 else conditional_escape(part) for i, part in enumerate(parts)
    ]
    return mark_safe("".join(marked))  # noqa: S308  # every part is escaped above


@register.filter
def markdown(text: str) -> SafeString:
    """Render a hint; raw HTML is off."""
    return mark_safe(render_fragment(text))  # noqa: S308  # markdown-it with html disabled escapes everything
