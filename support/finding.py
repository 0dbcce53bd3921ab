"""Finding the pupil somebody calls about."""

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import User
from loans.models import Device, Loan
from schools.models import Enrolment, Pupil


def find_pupils(user: User, words: str) -> QuerySet[Pupil]:
    """By name, INE, serial or asset tag, among those this person may see, with `present_enrolments`, `open_loans`."""
    by_laptop = Loan.objects.open().filter(device__in=Device.objects.by_scan(words))
    found = Q(pk__in=Pupil.objects.matching(words).values("pk")) | Q(pk__in=by_laptop.values("pupil"))
    return (
        Pupil.objects.visible_to(user)
        .filter(found)
        .prefetch_related(
            Prefetch(
                "enrolments",
                queryset=Enrolment.objects.current().select_related("school"),
                to_attr="present_enrolments",
            ),
            Prefetch("loans", queryset=Loan.objects.open().select_related("device"), to_attr="open_loans"),
        )
    )
