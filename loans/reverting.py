"""What signatures and laptops forbid when an import is undone: the rest of it is undone all the same (X7)."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import User
from loans.enums import ConventionState
from loans.models import Convention, Loan
from schools.imports import reverting
from schools.models import Enrolment, EnrolmentImport, ImportRevert


def ask_revert(*, imported: EnrolmentImport, by: User, at: datetime, on: date, reason: str) -> ImportRevert:
    """Ask a second person to undo this import. Refusals are those of schools.imports.reverting.ask_revert."""
    return reverting.ask_revert(
        imported=imported, by=by, at=at, on=on, reason=reason, obstacles=signed_or_lent_since
    )


def revert_import(*, revert: ImportRevert, by: User, at: datetime, on: date, comment: str) -> ImportRevert:
    """Undo it, as the second person. Refusals are those of schools.imports.reverting.revert_import."""
    return reverting.revert_import(
        revert=revert, by=by, at=at, on=on, comment=comment, obstacles=signed_or_lent_since
    )


def signed_or_lent_since(imported: EnrolmentImport, arrivals: list[Enrolment]) -> Mapping[int, str]:
    """Arrivals whose family signed, or who were lent a laptop, since the import: they stay. Enrolment → sentence."""
    pupils, since = [one.pupil_id for one in arrivals], imported.applied_at
    signed = Convention.objects.filter(
        pupil__in=pupils,
        campaign=imported.campaign_id,
        state=ConventionState.SIGNED,
        signatures__signed_at__gte=since,
    )
    lent = Loan.objects.open().filter(pupil__in=pupils, log__at__gte=since, log__from_state="")
    sentences = dict.fromkeys(
        signed.values_list("pupil", flat=True),
        _("The convention was signed since: the pupil stays enrolled."),
    )
    sentences |= dict.fromkeys(
        lent.values_list("pupil", flat=True), _("A laptop was handed over since: the pupil stays enrolled.")
    )
    return {one.pk: sentences[one.pupil_id] for one in arrivals if one.pupil_id in sentences}
