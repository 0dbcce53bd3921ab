"""A situation's word and tone from its stored value."""

from django import template

from reports.enums import Situation


register = template.Library()


@register.filter
def situation(value: str) -> Situation:
    return Situation(value)
