"""Icons of the two sprites that `npm run build` makes: families’ (static/icons-public.txt), everybody’s (icons.txt)."""

from functools import cache

from django import template
from django.conf import settings
from django.template import TemplateSyntaxError
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


register = template.Library()


@cache
def icon_sprites() -> dict[str, str]:
    """The sprite of each icon; the lighter one when both have it."""
    lists = {name: settings.BASE_DIR / "static" / f"{name}.txt" for name in ("icons", "icons-public")}
    return {icon: sprite for sprite, path in lists.items() for icon in path.read_text().split()}


def icon_names() -> frozenset[str]:
    return frozenset(icon_sprites())


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """The named icon: decoration beside words, or an image when it has a label of its own."""
    sprite = icon_sprites().get(name)
    if sprite is None:
        raise TemplateSyntaxError(f"No icon “{name}”: add it to static/icons.txt and build the assets.")
    address = f"{static(f'dist/{sprite}.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', address
    )
