"""The sealed copy goes to whoever signed, once."""

from dataclasses import replace
from datetime import datetime

from core.models import StoredFile
from core.outbox import enqueue
from loans.addresses import signatories
from loans.letters import draft_to, new_link
from loans.links import keep_wrong_dates
from loans.models import Convention, Signature
from loans.notifications import ConventionSealed


def send_sealed_copy(
    *, signature: Signature, convention: Convention, document: StoredFile, at: datetime
) -> int:
    """Write to the signer with the document attached; returns 1, or 0 without an address. In a transaction."""
    person = next((one for one in signatories(convention) if one.guardian == signature.guardian), None)
    if person is None or not person.email:
        return 0
    token, link = new_link(convention, person, convention.campaign, at)
    keep_wrong_dates([link])
    link.save()
    draft = draft_to(
        convention,
        person,
        ConventionSealed(),
        "sealed",
        convention.campaign,
        at,
        token,
        link,
        attachment=document,
        signature=signature,
    )
    return enqueue(replace(draft, is_urgent=True))  # it does not wait behind a mailing
