"""Who a set of conventions can be written to, and what stands in the way, school by school.

The same question as the letters themselves ask (`recipients.persons_of`), in SQL: a test holds the two to one another,
so that what is announced is what leaves.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from core.models import Trouble
from loans.enums import MailingKind, SignerKind
from loans.grown_tables import look_at_grown_tables
from loans.models import Convention
from schools.enums import ENTRUSTED_KINSHIPS, GuardianLevel


@dataclass
class SchoolReach:
    """Counts of one school: families, messages, and families out of reach by the first thing in the way.

    No signer; else an address that messages come back from; else one whose owner complained; else no address.
    """

    families_count: int = 0
    messages_count: int = 0
    no_signer_count: int = 0
    no_address_count: int = 0
    bounced_count: int = 0
    complained_count: int = 0

    @property
    def unreachable_count(self) -> int:
        return self.no_signer_count + self.no_address_count + self.bounced_count + self.complained_count


@dataclass
class Reach:
    """By school id; `up_to` is the last convention looked at."""

    schools: dict[int, SchoolReach] = field(default_factory=dict)
    up_to: int = 0

    @property
    def families_count(self) -> int:
        return sum(school.families_count for school in self.schools.values())

    @property
    def messages_count(self) -> int:
        return sum(school.messages_count for school in self.schools.values())

    @property
    def unreachable_count(self) -> int:
        return sum(school.unreachable_count for school in self.schools.values())


_COUNTS = """
SELECT school_id, count(*), sum(messages)::bigint,
    count(*) FILTER (WHERE people = 0),
    count(*) FILTER (WHERE messages = 0 AND people > 0 AND NOT bounced AND NOT complained),
    count(*) FILTER (WHERE messages = 0 AND bounced),
    count(*) FILTER (WHERE messages = 0 AND complained AND NOT bounced)
FROM unnest(%(ids)s::bigint[], %(pupils)s::bigint[], %(kinds)s::text[], %(schools)s::bigint[])
    AS asked (id, pupil_id, signer_kind, school_id)
CROSS JOIN LATERAL (
    SELECT count(*) AS people,
        count(*) FILTER (WHERE person.email <> '' AND blocked.trouble IS NULL) AS messages,
        coalesce(bool_or(blocked.trouble = %(bounced)s), false) AS bounced,
        coalesce(bool_or(blocked.trouble = %(complained)s), false) AS complained
    FROM (
        SELECT ship.guardian_id,
            CASE WHEN ship.kinship = ANY(%(services)s) THEN ''
                 WHEN mended.base_email = guardian.email THEN mended.email
                 ELSE guardian.email END AS email
        FROM schools_guardianship ship
        JOIN schools_guardian guardian ON guardian.id = ship.guardian_id
        LEFT JOIN loans_addresscorrection mended ON mended.guardian_id = ship.guardian_id
        WHERE asked.signer_kind = %(guardian)s
            AND ship.pupil_id = asked.pupil_id AND ship.ended_on IS NULL AND ship.level = %(legal)s
        UNION ALL
        SELECT NULL, CASE WHEN mended.base_email = pupil.email THEN mended.email ELSE pupil.email END
        FROM schools_pupil pupil
        LEFT JOIN loans_addresscorrection mended ON mended.pupil_id = pupil.id
        WHERE asked.signer_kind = %(pupil)s AND pupil.id = asked.pupil_id
    ) person
    LEFT JOIN core_blockedaddress blocked
        ON blocked.address = lower(person.email) AND blocked.released_at IS NULL AND person.email <> ''
    WHERE NOT EXISTS (
        SELECT FROM loans_signature done
        WHERE done.convention_id = asked.id AND done.guardian_id IS NOT DISTINCT FROM person.guardian_id
    ) AND NOT EXISTS (
        SELECT FROM loans_delegation said
        WHERE said.convention_id = asked.id AND said.guardian_id = person.guardian_id
    ) AND NOT (%(new_address)s AND EXISTS (
        SELECT FROM loans_signinglink link
        WHERE link.convention_id = asked.id AND link.guardian_id IS NOT DISTINCT FROM person.guardian_id
            AND link.sent_to = person.email AND link.revoked_at IS NULL
    ))
) families
GROUP BY school_id ORDER BY school_id
"""
# Family by family, each step by an index: on the first morning the base has no statistics, and would guess wrong.
_PLANS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
_BY_INDEX = "; ".join(f"SET LOCAL {name} = off" for name in _PLANS)
_AS_BEFORE = "; ".join(f"SET LOCAL {name} TO DEFAULT" for name in _PLANS)


@transaction.atomic
def reach_of(conventions: QuerySet[Convention], kind: str) -> Reach:
    """Three questions to the base, however many families: whether its tables have grown, which families they are, then
    what `persons_of` says of each.
    """
    look_at_grown_tables()
    asked = list(conventions.order_by().values_list("pk", "pupil", "signer_kind", "enrolment__school"))
    if not asked:
        return Reach()
    columns = (list(column) for column in zip(*asked, strict=True))
    names = dict(zip(("ids", "pupils", "kinds", "schools"), columns, strict=True)) | _names(kind)
    counts = {school: SchoolReach(*row) for school, *row in _answer(names)}
    return Reach(counts, up_to=max(pk for pk, *_rest in asked))


def _answer(names: dict[str, Any]) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_BY_INDEX)
        cursor.execute(_COUNTS, names)
        found = cursor.fetchall()
        cursor.execute(_AS_BEFORE)
    return found


def _names(kind: str) -> dict[str, Any]:
    return {
        "services": list(ENTRUSTED_KINSHIPS),
        "legal": GuardianLevel.LEGAL,
        "guardian": SignerKind.GUARDIAN,
        "pupil": SignerKind.PUPIL,
        "new_address": kind == MailingKind.NEW_ADDRESS,
        "bounced": Trouble.BOUNCED,
        "complained": Trouble.COMPLAINED,
    }
