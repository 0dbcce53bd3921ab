"""Database constraints written as sentences: what the programme calls nonsense, PostgreSQL refuses."""

from typing import Any

from django.db.models import CheckConstraint, F, Q


def dates_in_order(table: str, first: str, second: str, *, message: Any) -> CheckConstraint:
    """`first` is on or before `second` whenever both are known."""
    return CheckConstraint(
        name=f"{table}_{first}_before_{second}",
        condition=Q(**{f"{first}__isnull": True})
        | Q(**{f"{second}__isnull": True})
        | Q(**{f"{first}__lte": F(second)}),
        violation_error_message=message,
    )


def set_exactly_when(table: str, field: str, condition: Q, *, message: Any) -> CheckConstraint:
    """`field` has a value if and only if `condition` holds, such as: signed ⇔ a signature date."""
    is_set = Q(**{f"{field}__isnull": False})
    return CheckConstraint(
        name=f"{table}_{field}_when_due",
        condition=(condition & is_set) | (~condition & ~is_set),
        violation_error_message=message,
    )


def one_of(table: str, field: str, values: list[str]) -> CheckConstraint:
    """`field` only holds words of its enum, whoever writes the row."""
    return CheckConstraint(name=f"{table}_{field}_known", condition=Q(**{f"{field}__in": values}))
