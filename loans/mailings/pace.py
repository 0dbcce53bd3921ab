"""When letters leave: so many a minute, never in the hours that the rules leave to families. Pure but for the zone."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from programmes.rule_tree.signing import Signature as SignatureRules


MINUTE = timedelta(minutes=1)


def is_quiet(rules: SignatureRules, at: datetime) -> bool:
    """Whether families are left in peace at that instant (the evening, the night)."""
    moment = timezone.localtime(at).time()
    return moment >= rules.quiet_from or moment < rules.quiet_until


def end_of_quiet(rules: SignatureRules, at: datetime) -> datetime:
    """The morning that follows a quiet instant."""
    here = timezone.localtime(at)
    day = here.date() if here.time() < rules.quiet_until else here.date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, rules.quiet_until))


def minutes(rules: SignatureRules, at: datetime, *, taken: int = 0) -> Iterator[tuple[datetime, int]]:
    """For each message the minute it leaves in, and how many that minute then has: `taken` are already in the first.

    Who starts in a quiet hour does so on purpose, and is not put off; who starts by day waits for the morning.
    """
    on_purpose = is_quiet(rules, at)
    while True:
        if not on_purpose and is_quiet(rules, at):
            at = end_of_quiet(rules, at)
        while taken < rules.messages_per_minute:
            taken += 1
            yield at, taken
        at, taken = at + MINUTE, 0
