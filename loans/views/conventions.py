"""Conventions for the staff: the list, one convention with its story, its documents."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import roles_allowed
from accounts.enums import Role
from accounts.models import User
from core.evidence import first_broken
from core.models import EvidenceEvent, Seal
from loans.codes import people_for_codes
from loans.documents import render_paper_pdf
from loans.enums import OPEN_CONVENTION, SignerKind
from loans.forms.lists import ConventionFilterForm
from loans.history import convention_story
from loans.links import MAX_WRONG_BIRTH_DATES
from loans.models import Convention, Opposition, Signature
from loans.paper import PRINTABLE
from loans.proof.dossier import links_of, visible_part
from loans.signers import people_of, signing_of
from loans.views.files import bytes_answer, stored_answer


READERS = (Role.REGION, Role.SUPPLIER, Role.HELPDESK, Role.SCHOOL)
WRITERS = (Role.REGION, Role.HELPDESK, Role.SCHOOL)  # who may write to families and see their addresses
DESKS = (Role.SCHOOL, Role.SUPPLIER, Role.HELPDESK)  # before whom a family may sign
PAGE = 50


@roles_allowed(*READERS)
@require_safe
def conventions(request: HttpRequest) -> HttpResponse:
    """The conventions this person may see, by state, school, name or reference."""
    form = ConventionFilterForm(request.GET, user=request.user)
    found = form.filtered(_readable(request.user))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "loans/conventions.html", {"form": form, "page": page})


def _readable(user: User) -> QuerySet[Convention]:
    return (
        Convention.objects.visible_to(user)
        .select_related("pupil", "enrolment__school", "campaign")
        .order_by("enrolment__school__name", "enrolment__class_code", "pupil__search_key", "pk")
    )


def find_convention(request: HttpRequest, public_id: Any) -> Convention:
    """The convention of an address, or 404 for a stranger."""
    readable = Convention.objects.visible_to(request.user).select_related(
        "pupil", "text", "enrolment__school", "campaign__programme", "campaign__rules"
    )
    return get_object_or_404(readable, public_id=public_id)


def asked_signature(request: HttpRequest, found: Convention) -> Signature | None:
    """The one of `?rang=2` where several persons signed; the first without it; None when there is none."""
    rank = request.GET.get("rang", "1")
    signatures = found.signatures.select_related("document").order_by("pk")
    return signatures[int(rank) - 1 :].first() if rank.isdecimal() and 0 < int(rank) < 100 else None


@roles_allowed(*READERS)
@require_safe
def convention(request: HttpRequest, public_id: Any) -> HttpResponse:
    """One convention: where it stands, why it exists, its story, who may sign, its evidence."""
    found = find_convention(request, public_id)
    return render(request, "loans/convention.html", _page_of(found, request.user, timezone.localdate()))


def _page_of(found: Convention, user: User, on: date) -> dict[str, Any]:
    may_write = user.has_role(*WRITERS)
    events = list(EvidenceEvent.objects.filter(stream=found.stream))
    return {
        "convention": found,
        "signatures": list(found.signatures.select_related("agent", "document").order_by("pk")),
        "people": people_of(found),
        "signing": signing_of(found, on),
        "oppositions": Opposition.objects.against(found).select_related("guardian", "recorded_by"),
        "story": convention_story(found, with_addresses=may_write),
        "loans": found.loans.select_related("device__model"),
        "events": list(links_of(events)),
        "chain_holds": first_broken(events) is None,
        "is_frozen": found.links.filter(wrong_birth_dates_count__gte=MAX_WRONG_BIRTH_DATES).exists(),
        "is_waiting": found.state in PRINTABLE,
        "may_write": may_write,
        "may_desk": user.has_role(*DESKS) and found.campaign.rule_tree.signature.desk_signing,
        "code_people": people_for_codes(found) if user.has_role(*DESKS) else [],
        "may_oppose": may_write
        and found.state in OPEN_CONVENTION
        and found.signer_kind == SignerKind.GUARDIAN,
    }


@roles_allowed(*READERS)
@never_cache
@require_safe
def document(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The signed PDF, the very bytes kept; without the proof file for those who may not see addresses."""
    found = find_convention(request, public_id)
    signature = asked_signature(request, found)
    if signature is None or signature.document is None:
        raise Http404
    stored = Seal.objects.best_copy(signature.document)
    if request.user.has_role(*WRITERS):
        return stored_answer(stored, as_attachment=True)
    return bytes_answer(visible_part(signature, stored), stored.name)


@roles_allowed(*READERS)
@never_cache
@require_safe
def to_print(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The convention of one pupil, to print and sign by hand."""
    found = find_convention(request, public_id)
    if found.state not in PRINTABLE:
        raise Http404
    return bytes_answer(render_paper_pdf([found]), f"convention-{found.reference}-a-signer.pdf")
