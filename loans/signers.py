"""Who signed a convention, and who is still to: read for many at once, decided by `loans.rules.decide_signed`."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from core.verdicts import Verdict
from loans.addresses import Signatory, desk_signatories, key_of, signatories_of
from loans.enums import SignerCapacity
from loans.models import Convention, Delegation, Opposition, Signature
from loans.rules import SigningFacts, decide_signed


def signing_of(convention: Convention, on: date) -> Verdict:
    """How far the signing of this convention has come; it needs `campaign__rules`."""
    people, acts = signatories_of([convention])[convention.pk], _signatures([convention])[convention.pk]
    return verdict_of(convention, on, people, acts, _opposed([convention])[convention.pupil_id])


def verdict_of(
    convention: Convention, on: date, people: list[Signatory], acts: list[Signature], opposed_count: int
) -> Verdict:
    """The same for who knows already who may sign, who did, and how many object."""
    campaign = convention.campaign
    facts = _facts(people, acts, opposed_count)
    return decide_signed(facts, rules=campaign.rule_tree, version=campaign.rules_version, on=on)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign, and what they did: their `signature`, or the day they left it to the other."""

    signatory: Signatory
    signature: Signature | None
    left_at: datetime | None


def people_of(convention: Convention) -> list[Person]:
    """Who may sign this convention, by link or at the desk, with what each did."""
    acts = {act.guardian_id: act for act in convention.signatures.all()}
    left = dict(convention.delegations.values_list("guardian", "made_at"))
    return [
        Person(one, acts.get(one.guardian_id), left.get(one.guardian_id))
        for one in desk_signatories(convention)
    ]


def facts_of(conventions: Iterable[Convention]) -> dict[int, SigningFacts]:
    """What is known of the signers of each convention, keyed by its id; six queries at most."""
    rows = list(conventions)
    people, acts = signatories_of(rows), _signatures(rows)
    opposed = _opposed(rows)
    return {row.pk: _facts(people[row.pk], acts[row.pk], opposed[row.pupil_id]) for row in rows}


def _facts(people: list[Signatory], acts: list[Signature], opposed_count: int) -> SigningFacts:
    return SigningFacts(
        may_sign=tuple(person.key for person in people),
        signed=frozenset(key_of(act.guardian_id) for act in acts),
        by_decision=any(act.capacity == SignerCapacity.DELEGATE for act in acts),
        opposed_count=opposed_count,
    )


def awaited_of(conventions: Iterable[Convention]) -> dict[int, list[Signatory]]:
    """Those a message may still ask to sign: neither signed nor left it to the other; five queries at most."""
    rows = list(conventions)
    people, acts = signatories_of(rows), _signatures(rows)
    left = set(Delegation.objects.filter(convention__in=rows).values_list("convention", "guardian"))
    signed = {(pk, act.guardian_id) for pk, found in acts.items() for act in found}
    return {
        row.pk: [person for person in people[row.pk] if (row.pk, person.guardian_id) not in signed | left]
        for row in rows
    }


def _signatures(rows: list[Convention]) -> dict[int, list[Signature]]:
    found: dict[int, list[Signature]] = defaultdict(list)
    for signature in Signature.objects.filter(convention__in=rows):
        found[signature.convention_id].append(signature)
    return found


def _opposed(rows: list[Convention]) -> dict[int, int]:
    """Standing oppositions by pupil, in the campaigns of these conventions."""
    counts: dict[int, int] = defaultdict(int)
    standing = Opposition.objects.standing().filter(
        pupil__in=[row.pupil_id for row in rows], campaign__in={row.campaign_id for row in rows}
    )
    for pupil in standing.values_list("pupil", flat=True):
        counts[pupil] += 1
    return counts
