"""Letters for families nobody can write to: a page with a code that opens the convention, then the convention itself.

The same print file as the paper conventions: each page of a convention keeps its own code, the letters have none, so
that a pile from the copier comes apart (N5, N17).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.evidence import NewEvent, actor_of, record_events
from core.pdf import render_pdf
from core.pdf_copies import Copy, key_of, render_copies
from core.templatetags.dates import plain_date
from loans.addresses import Signatory
from loans.documents import TO_PRINT, paper_copies, with_all
from loans.enums import CallOutcome, ConventionState, SignerKind
from loans.letters import new_link
from loans.links import keep_wrong_dates
from loans.models import CallNote, Convention, ConventionLog, SigningLink
from loans.scans.marks import Named, mark_pages
from loans.signers import awaited_of
from loans.wording import opening_hours, with_article


LETTER = "loans/pdf/letter.html"
ADDRESS_LINES = 6


@dataclass(slots=True)
class Sheet:
    """A letter, or a convention with what its pages' codes say."""

    copy: Copy
    body: str
    named: Named = None


def to_be_printed(conventions: QuerySet[Convention]) -> QuerySet[Convention]:
    """Those nobody can write to, and those who said on the phone that they want paper; rows with `is_reachable`."""
    last = CallNote.objects.filter(convention=OuterRef("pk")).latest_first().values("outcome")[:1]
    return conventions.annotate(last_outcome=Subquery(last)).filter(
        Q(is_reachable=False) | Q(last_outcome=CallOutcome.NEEDS_PAPER)
    )


@transaction.atomic
def letters_pdf(conventions: QuerySet[Convention], *, by: User, at: datetime) -> bytes | None:
    """One file to print, a family after the other; each code is a link of its own. None when nobody needs a letter.

    The conventions count as sent: the family holds a link.
    """
    pks = list(to_be_printed(conventions).values_list("pk", flat=True))
    locked = Convention.objects.filter(pk__in=pks).select_for_update(of=("self",))
    rows = list(with_all(locked).order_by("enrolment__class_code", "pupil__search_key", "pk"))
    if not rows:
        return None
    people = awaited_of(rows)
    links: list[SigningLink] = []
    sheets = []
    for row, paper in zip(rows, paper_copies(rows), strict=True):
        sheets += [Sheet(copy, "loans/pdf/_letter.html") for copy in _letters(row, people[row.pk], links, at)]
        sheets.append(Sheet(paper, "loans/pdf/_to_sign.html", (row.reference, row.text.number)))
    content = _printed(sheets)
    keep_wrong_dates(links)
    SigningLink.objects.bulk_create(links, batch_size=1000)
    _count_as_sent(rows, by, at)
    return content


def _printed(sheets: list[Sheet]) -> bytes:
    named = [sheet.named for sheet in sheets]
    stamped = render_copies([sheet.copy for sheet in sheets])
    if stamped:
        content, lengths = stamped
        return mark_pages(content, named, lengths)
    bodies = [  # WeasyPrint sets all of them, more slowly
        render_to_string(sheet.body, {**sheet.copy.shared, "f": sheet.copy.values(), "breaks": rank > 0})
        for rank, sheet in enumerate(sheets)
    ]
    return mark_pages(render_pdf(TO_PRINT, {"bodies": bodies}), named)


def _letters(
    row: Convention, people: Iterable[Signatory], links: list[SigningLink], at: datetime
) -> Iterator[Copy]:
    for person in people:
        if person.needs_decision:
            continue  # signs at the desk, with the decision in hand
        token, link = new_link(row, person, row.campaign, at)
        link.sent_to = ""  # on paper
        links.append(link)
        yield _letter(row, person, token, link)


def _letter(row: Convention, person: Signatory, token: str, link: SigningLink) -> Copy:
    lines = _postal_lines(person)
    shared = _shared(row) | {"lines": len(lines)}
    fields = {
        "name": person.name,
        "pupil": row.pupil.full_name,
        "school": row.enrolment.school.name,
        "class_code": row.enrolment.class_code,
        "reference": row.reference,
        "until": plain_date(timezone.localdate(link.expires_at)),
        **{f"line_{rank}": line for rank, line in enumerate(lines, start=1)},
    }
    code = f"{settings.SITE_URL}{reverse('loans:open_link', args=[token])}"
    return Copy(LETTER, shared, key_of(shared, without=""), fields, code)


def _postal_lines(person: Signatory) -> list[str]:
    address = person.guardian.address if person.guardian else ""
    return [line.strip() for line in address.splitlines() if line.strip()][:ADDRESS_LINES]


def _shared(row: Convention) -> dict[str, Any]:
    programme, helpline = row.campaign.programme, row.campaign.rule_tree.support.families
    return {
        "authority": programme.region_name,
        "authority_with_article": with_article(programme.region_name),
        "programme": programme.name,
        "is_pupil": row.signer_kind == SignerKind.PUPIL,
        "phone": helpline.phone,
        "hours": opening_hours(helpline),
    }


def _count_as_sent(rows: list[Convention], by: User, at: datetime) -> None:
    on = timezone.localdate(at)
    drafts = [row for row in rows if row.state == ConventionState.DRAFT]
    Convention.objects.filter(pk__in=[row.pk for row in drafts]).update(
        state=ConventionState.SENT, sent_on=on
    )
    ConventionLog.objects.bulk_create(
        ConventionLog(subject=row, from_state=row.state, to_state=ConventionState.SENT, by=by, at=at)
        for row in drafts
    )
    events = [
        NewEvent(row.stream, "letter_printed", actor_of(by), {"signer": row.signer_kind}) for row in rows
    ]
    record_events(events, at=at)
