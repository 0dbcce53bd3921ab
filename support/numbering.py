"""Numbers that people quote: « 26-000123 » for a ticket, « R26-000045 » for a return."""

from django.db import connection, models


def next_number(model: type[models.Model], field: str, prefix: str) -> str:
    """The next free number of a series; callers wait for one another until their transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"number {model._meta.label} {prefix}"])
    numbers = model._default_manager.filter(**{f"{field}__startswith": prefix}).order_by(f"-{field}")
    last = numbers.values_list(field, flat=True).first()
    rank = int(last.removeprefix(prefix)) + 1 if last else 1
    return f"{prefix}{rank:06}"
