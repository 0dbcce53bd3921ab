"""What deliveries hold of two rows found to be one pupil."""

from django.utils.translation import gettext as _

from distribution.enums import LineState, ParcelState
from distribution.models import DeliveryLine, Parcel
from schools.models import Pupil


LIVE = [ParcelState.TO_PREPARE, ParcelState.SHIPPED, ParcelState.RECEIVED]


def both_expected(pupil: Pupil, newcomer: Pupil) -> str:
    """Why the two cannot be joined: each has a parcel on its way. "" when nothing stands in the way."""
    live = Parcel.objects.filter(state__in=LIVE)
    if live.filter(pupil=pupil).exists() and live.filter(pupil=newcomer).exists():
        return _("Both have a named parcel on its way: cancel one first.")
    return ""


def merge_rows(*, pupil: Pupil, newcomer: Pupil) -> None:
    """The newcomer's lines and parcels become the pupil's; one line a delivery, that of the handover if there is."""
    both = DeliveryLine.objects.filter(delivery__in=pupil.delivery_lines.values("delivery"))
    for theirs in both.filter(pupil=newcomer):
        mine = pupil.delivery_lines.filter(delivery=theirs.delivery_id)
        (mine if theirs.state == LineState.HANDED_OVER else both.filter(pk=theirs.pk)).delete()
    newcomer.delivery_lines.update(pupil=pupil)
    Parcel.objects.filter(pupil=newcomer).update(pupil=pupil)
