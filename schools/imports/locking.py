"""One import of a school at a time."""

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from core.statements import question
from core.trips import Trip
from programmes.models import Campaign
from schools.models import EnrolmentImport, School


def lock_school(school_id: int | None) -> None:
    """Wait for whoever imports this school; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('schools.imports'), %s)", [school_id])


_LOCK_BY_UAI = """
SELECT pg_advisory_xact_lock(hashtext('schools.imports'), id::int) FROM schools_school WHERE uai = %s
"""


def locked_school(uai: str, campaign: Campaign) -> tuple[School | None, bool]:
    """The same by its UAI: the school as it is once the lock is held, and whether files came for it before.

    (None, False) when nobody knows it.
    """
    trip = Trip()
    trip.say(_LOCK_BY_UAI, uai)
    for school in trip.ask(_of_uai, uai, campaign.pk):
        return school, school.has_files
    return None, False


@question
def _of_uai(uai: str, campaign: int) -> QuerySet[School]:
    files = EnrolmentImport.objects.filter(school=OuterRef("pk"), campaign=campaign)
    return School.objects.filter(uai=uai).annotate(has_files=Exists(files)).order_by()
