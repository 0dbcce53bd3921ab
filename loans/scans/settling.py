"""What a person of the school says of a page that no code placed: whose it is, that it is signed, or that it goes."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from loans.enums import PageProblem, PageState
from loans.models import Convention, PaperCopy, ScannedPage
from loans.scans.placing import assemble, originals


def name_page(
    *, page: ScannedPage, reference: str, number: int, pages: int, by: User, at: datetime, on: date
) -> PaperCopy | None:
    """Say by hand which page of which convention this is; the copy, if that made it whole.

    The reference and the numbers are printed on the sheet. Raises Refused: `page_settled`, `reference_unknown`,
    `page_number`.
    """
    with transaction.atomic():
        page = _locked(page)
        convention = Convention.objects.filter(
            reference=reference.strip().upper(), enrolment__school=page.scan.school_id
        ).first()
        if convention is None:
            raise Refused(
                "reference_unknown",
                _("No convention of your school has this reference. It is printed at the top: N26-004217-K."),
            )
        if not 1 <= number <= pages:
            raise Refused("page_number", _("The page must be between 1 and the number of pages."))
        page.convention, page.text_number = convention, None
        page.page, page.pages = number, pages
        page.state, page.problem = PageState.READ, ""
        page.save()
    with originals() as files:
        return assemble(
            convention_id=convention.pk, school=page.scan.school, by=by, at=at, on=on, files=files
        )


def send_as_it_is(*, page: ScannedPage, by: User, at: datetime, on: date) -> PaperCopy | None:
    """Send this page's convention to the check though no ink was seen in its box: a person saw the signature.

    Raises Refused(`page_settled`); None when pages are still missing.
    """
    with transaction.atomic():
        page = _locked(page)
    if page.convention_id is None:
        return None
    with originals() as files:
        return assemble(
            convention_id=page.convention_id,
            school=page.scan.school,
            by=by,
            at=at,
            on=on,
            files=files,
            as_it_is=True,
        )


@transaction.atomic
def dismiss_page(*, page: ScannedPage) -> None:
    """Put a page aside: a leaflet, another school's sheet, a page printed again since. Twice is harmless.

    The page stays in the scan, which is kept as received. Raises Refused(`page_settled`).
    """
    page = _locked(page)
    ScannedPage.objects.filter(pk=page.pk).update(
        state=PageState.SET_ASIDE, problem=PageProblem.DISMISSED, sentence=""
    )


def _locked(page: ScannedPage) -> ScannedPage:
    page = ScannedPage.objects.select_for_update(of=("self",)).select_related("scan__school").get(pk=page.pk)
    if page.state == PageState.PLACED:
        raise Refused("page_settled", _("This page is already part of a copy sent to the check."))
    return page
