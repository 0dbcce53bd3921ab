"""The language of the page, and what keeps its own direction inside it."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.languages import Language, current_language


register = template.Library()


@register.simple_tag
def page_language() -> Language:
    """The language the page is written in: `tag` and `direction` for the `html` element."""
    return current_language()


@register.filter
def bdi(text: object) -> SafeString:
    """A name that keeps its own direction in a sentence of another one."""
    return format_html("<bdi>{}</bdi>", text)


@register.filter
def ltr(text: object) -> SafeString:
    """A phone number, an address or a reference: left to right whatever the page."""
    return format_html('<bdi dir="ltr">{}</bdi>', text)


@register.filter
def figures(number: object) -> str:
    """A number in the figures of the page's language."""
    return current_language().figures(number)
