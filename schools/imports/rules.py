"""The breaker: should this file be believed, and who may say so after all? Pure: no base, no clock.

Half a file is well-formed too: a person looks at it before anybody « leaves » (invariant 5; trust 29, 33).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from programmes.rule_tree import Rules


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The file against the base: pupils listed and set aside, enrolled before, missing now, leaving by an exit date.

    `vanished_classes` are classes of `imports.drop_guard_few` pupils or more of whom not one is in the file. Of the
    `guardians` known with an e-mail address, `redirected` have another one in the file.
    """

    listed: int
    set_aside: int
    enrolled: int
    missing: int
    leaving: int
    vanished_classes: tuple[str, ...] = ()
    guardians: int = 0
    redirected: int = 0

    @property
    def removed(self) -> int:
        """Pupils this file takes away, today or in some nights."""
        return self.missing + self.leaving


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """A night so far: pupils enrolled in the region, `removed` by the files applied tonight and by this one.

    `here` are those of this file alone: a file that removes nobody is never held for the others.
    """

    enrolled: int
    removed: int
    here: int


def reasons_to_hold(facts: FileFacts, rules: Rules) -> list[str]:
    """Sentences for the person who must decide; empty when the file may be applied.

    The voted share counts from `imports.drop_guard_minimum` pupils; a smaller school has its own,
    `imports.small_school_share`. Under `imports.drop_guard_few` pupils nothing is suspicious: a family may move away.
    """
    limits = rules.imports
    share = (
        rules.departure.feed_drop_guard
        if facts.enrolled >= limits.drop_guard_minimum
        else limits.small_school_share
    )
    found = (
        (
            facts.missing,
            facts.enrolled,
            share,
            _("%(count)d of the %(total)d pupils enrolled are not in this file."),
        ),
        (
            facts.leaving,
            facts.enrolled,
            share,
            _("%(count)d of the %(total)d pupils enrolled would leave at once, by their exit dates."),
        ),
        (
            facts.set_aside,
            facts.listed,
            limits.max_error_share,
            _("%(count)d of the %(total)d rows of this file cannot be used."),
        ),
        (
            facts.redirected,
            facts.guardians,
            limits.redirected_share,
            _("%(count)d of the %(total)d e-mail addresses of guardians change in one file."),
        ),
    )
    reasons = [
        sentence % {"count": count, "total": total}
        for count, total, most, sentence in found
        if _too_many(count, total, most, limits.drop_guard_few)
    ]
    if facts.vanished_classes:
        classes = ", ".join(facts.vanished_classes)
        reasons.append(_("Whole classes are not in this file: %(classes)s.") % {"classes": classes})
    return reasons


def _too_many(count: int, total: int, share: Decimal, few: int) -> bool:
    return count >= few and count > share * total


def region_reasons_to_hold(facts: RegionFacts, rules: Rules) -> list[str]:
    """No night takes more than `imports.region_drop_guard` of a region's pupils away before a person looks.

    Asked file after file: from the one that would go over the share, every file that removes somebody waits.
    """
    limits = rules.imports
    if not facts.here or facts.enrolled < limits.region_guard_minimum:
        return []
    if facts.removed <= limits.region_drop_guard * facts.enrolled:
        return []
    sentence = _(
        "With this file, tonight would take %(count)d of the %(total)d pupils of the region away: "
        "every file that removes pupils waits."
    )
    return [sentence % {"count": facts.removed, "total": facts.enrolled}]


def needs_second_person(*, size: int, rules: Rules) -> bool:
    """Whether a held file that concerns `size` pupils is for somebody else than its sender to decide."""
    return size >= rules.imports.second_person_from
