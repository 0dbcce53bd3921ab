"""The paper path (N5): conventions to print, scans uploaded by the school, checked before they count."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from core.evidence import actor_of, record_event
from core.files import store_document
from core.outbox import enqueue
from core.refusals import Refused
from loans.addresses import signatories
from loans.enums import ConventionState, PaperState
from loans.models import Convention, PaperCopy
from loans.notifications import PaperRejected
from loans.progress import legal_guardians_with_address, pupil_has_address
from loans.signing import sign_on_paper
from programmes.enums import Validator
from programmes.models import Campaign
from schools.models import Guardian


CONSENT = "Exemplaire papier signé de la main du signataire, contrôlé par l’agent."
REASONS = {
    "unsigned": _("The signature is missing."),
    "unreadable": _("The scan cannot be read: pages missing, too dark or blurred."),
    "other_pupil": _("This is another pupil’s convention."),
    "wrong_signer": _("The person who signed is not a legal guardian in the school’s base."),
    "altered": _("The text was altered by hand."),
}


def paper_due(*, campaign: Campaign, on: date) -> QuerySet[Convention]:
    """Unsigned conventions whose paper may be printed that day.

    Some days after the mailing by the rules (15 in Normandie), at once for families without any e-mail address.
    """
    rules = campaign.rule_tree.signature
    late = Q(sent_on__lte=on - timedelta(days=rules.paper_after_days))
    if rules.paper_at_once_without_email:
        late |= Q(signer_kind="guardian") & ~Exists(legal_guardians_with_address())
        late |= Q(signer_kind="pupil") & ~pupil_has_address()
    unsigned = [ConventionState.DRAFT, ConventionState.SENT]
    return Convention.objects.filter(late, campaign=campaign, state__in=unsigned)
