"""The prepaid label of a parcel: a page to print, with the way to pack and what to put in the box."""

import segno

from core.files import store_bytes
from core.models import StoredFile
from core.pdf import render_pdf
from loans.models import Loan
from programmes.models import Campaign
from schools.models import School
from support.barcodes import code_39
from support.models import DeviceReturn, Intervention


def return_label(device_return: DeviceReturn) -> StoredFile:
    """The label of a return to the warehouse, with the kit to put in the box (N12)."""
    loan = device_return.loan
    return _label(
        reference=device_return.reference,
        tracking_number=device_return.tracking_number,
        campaign=loan.convention.campaign,
        loan=loan,
        school=device_return.school,
        due_on=device_return.due_on,
    )


def repair_label(intervention: Intervention) -> StoredFile:
    """The label of a laptop sent to the workshop (N10)."""
    ticket = intervention.ticket
    return _label(
        reference=ticket.number,
        tracking_number=tracking_number(ticket.number),
        campaign=ticket.campaign,
        loan=intervention.loan,
        school=ticket.school,
        is_repair=True,
    )


def tracking_number(reference: str) -> str:
    """The carrier's number of a parcel, from our own reference: « CT-R26-000045 »."""
    return f"CT-{reference}"


def _label(
    *,
    reference: str,
    tracking_number: str,
    campaign: Campaign,
    loan: Loan,
    school: School | None,
    **words: object,
) -> StoredFile:
    context = {
        "reference": reference,
        "tracking_number": tracking_number,
        "bars": code_39(tracking_number),
        "qr": segno.make(reference, error="q", micro=False).svg_data_uri(scale=4, border=2),
        "programme": campaign.programme,
        "helpline": campaign.rule_tree.support.families,
        "kit": campaign.rule_tree.accessories.kit,
        "is_boxed": campaign.rule_tree.repair.original_box_required,
        "loan": loan,
        "pupil": loan.pupil,
        "school": school,
        **words,
    }
    content = render_pdf("support/pdf/label.html", context)
    return store_bytes(
        content, kind="label", name=f"etiquette-{reference}.pdf", content_type="application/pdf"
    )
