"""What loans hold of two rows found to be one pupil: what stands in the way, and the joining."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from core.evidence import NewEvent, actor_of, record_events
from loans.conventions import supersede
from loans.enums import ConventionState
from loans.models import AddressCorrection, Convention, Loan, Opposition
from schools.models import Pupil


def both_hold(pupil: Pupil, newcomer: Pupil) -> str:
    """Why the two cannot be joined: each has a laptop, or each signed. "" when nothing stands in the way."""
    kinds = set(pupil.loans.open().values_list("kind", flat=True))
    if kinds & set(newcomer.loans.open().values_list("kind", flat=True)):
        return _("Both have a laptop today: record the return of one first.")
    signed = {"state": ConventionState.SIGNED}
    campaigns = set(pupil.conventions.filter(**signed).values_list("campaign", flat=True))
    if campaigns & set(newcomer.conventions.filter(**signed).values_list("campaign", flat=True)):
        return _("Both have a signed convention for this year: the helpdesk must end one first.")
    return ""


def merge_rows(*, pupil: Pupil, newcomer: Pupil, by: User, at: datetime) -> None:
    """Conventions and loans of the newcomer become the pupil's; of two open conventions the signed one stays."""
    open_ones = Convention.objects.open().filter(pupil__in=[pupil, newcomer])
    for mine in open_ones.filter(pupil=newcomer):
        weaker = open_ones.filter(pupil=pupil, campaign=mine.campaign_id)
        if weaker.filter(state=ConventionState.SIGNED).exists():
            weaker = Convention.objects.filter(pk=mine.pk)
        supersede(weaker, comment=_("Two rows were one pupil."), by=by, at=at)
    moved = list(newcomer.conventions.order_by("pk"))
    newcomer.conventions.update(pupil=pupil)
    Loan.objects.filter(pupil=newcomer).update(pupil=pupil)
    Opposition.objects.filter(pupil=newcomer).update(pupil=pupil)
    payload = {"pupil": str(pupil.public_id), "merged": str(newcomer.public_id)}
    record_events([NewEvent(row.stream, "pupil_merged", actor_of(by), dict(payload)) for row in moved], at=at)
    _join_corrections(pupil, newcomer)


def _join_corrections(pupil: Pupil, newcomer: Pupil) -> None:
    """An address mended by hand: the latest stands."""
    rows = AddressCorrection.objects.filter(pupil__in=[pupil, newcomer]).order_by("-corrected_at")
    for old in rows[1:]:
        old.delete()
    rows.update(pupil=pupil)
