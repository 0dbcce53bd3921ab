"""Icons of the sprite that `npm run build` makes from static/icons.txt."""

from functools import cache

from django import template
from django.conf import settings
from django.template import TemplateSyntaxError
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


register = template.Library()


@cache
def icon_names() -> frozenset[str]:
    return frozenset((settings.BASE_DIR / "static" / "icons.txt").read_text().split())


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """The named icon: decoration beside words, or an image when it has a label of its own."""
    if name not in icon_names():
        raise TemplateSyntaxError(f"No icon “{name}”: add it to static/icons.txt and build the assets.")
    address = f"{static('dist/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', address
    )
