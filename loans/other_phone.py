"""Going on with another phone: a fresh link for an hour, shown as a QR code on the one that holds a link already.

Read on a library's computer, signed on one's own phone; or the other way round for who reads small letters badly.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core.evidence import Trace, record_event
from core.refusals import Refused
from core.tokens import new_token, token_digest
from loans.links import refuse_unusable
from loans.models import Convention, SigningLink


VALIDITY = timedelta(hours=1)
AN_HOUR = 5


@transaction.atomic
def share_link(*, link: SigningLink, at: datetime, trace: Trace | None = None) -> tuple[str, SigningLink]:
    """A link of the same person for another phone, and its secret, kept nowhere; the ones shown before are closed.

    It asks the date of birth again, and the code where there is one. Raises Refused(`link_…` or `shared_too_often`).
    """
    Convention.objects.select_for_update(of=("self",)).get(pk=link.convention_id)
    refuse_unusable(link, at)
    origin = link.origin or link
    if origin.shared.filter(issued_at__gt=at - VALIDITY).count() >= AN_HOUR:
        raise Refused("shared_too_often", _("Too many codes were shown within an hour. Try again later."))
    close_shared_links(link=origin, at=at)
    token = new_token()
    shared = SigningLink.objects.create(
        convention=origin.convention,
        guardian=origin.guardian,
        origin=origin,
        token_hash=token_digest(token),
        sent_to=origin.sent_to,
        issued_at=at,
        expires_at=min(at + VALIDITY, origin.expires_at),
        wrong_birth_dates_count=origin.wrong_birth_dates_count,
    )
    record_event(
        stream=origin.convention.stream,
        action="link_shared",
        actor=f"link:{link.pk}",
        at=at,
        trace=trace,
        link=shared.pk,
    )
    return token, shared


def close_shared_links(*, link: SigningLink, at: datetime) -> int:
    """The other phones are shown the door; returns how many links were closed."""
    return (link.origin or link).shared.filter(revoked_at=None).exclude(pk=link.pk).update(revoked_at=at)
