"""Small lists that components draw: page numbers, stages of a form."""

from collections.abc import Iterator

from django import template
from django.core.paginator import Page
from django.template import Context


register = template.Library()


@register.filter
def page_numbers(page: Page) -> Iterator[int | None]:
    """The numbers to show around the current page; None stands for a gap."""
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        yield number if isinstance(number, int) else None


@register.filter
def stages(total: int | str, step: int | str) -> list[str]:
    """`done`, `current` or `next` for each stage of a form in `total` steps, seen from `step`."""
    here = int(step)
    return ["done" if n < here else "current" if n == here else "next" for n in range(1, int(total) + 1)]


@register.simple_tag(takes_context=True)
def page_url(context: Context, number: int) -> str:
    """The address of another page of the same list, its filters kept."""
    query = context["request"].GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
