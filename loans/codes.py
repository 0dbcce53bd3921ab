"""Single-use codes before signing: sent to the signatory or handed over by an agent, given back once (N3, trust 10).

The right code holds for the browser that gave it: its cookie names the code, and the act asks the base again.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import sms
from core.evidence import Trace, actor_of, record_event
from core.phones import mobile_number
from core.refusals import Refused
from core.tokens import is_digest_of, keyed_digest, new_code
from loans.addresses import Signatory, signatories
from loans.code_messages import write_code
from loans.code_rules import MAX_WRONG, SESSION, is_asked, too_many, validity, ways
from loans.enums import CodeChannel
from loans.links import refuse_unusable
from loans.models import Convention, Signature, SigningCode, SigningLink
from schools.models import Guardian


def awaits_code(link: SigningLink, code_id: int | None, at: datetime) -> bool:
    """Whether the programme asks a code, and the browser that holds this one gave none lately.

    Who signed, and waits for the other guardian, only reads: the convention is not signed for good, their part is.
    """
    convention = link.convention
    if not is_asked(convention.campaign.rule_tree.signature.one_time_code, convention.state):
        return False
    if Signature.objects.filter(convention=convention, guardian=link.guardian_id).exists():
        return False
    given = SigningCode.objects.of(link).filter(pk=code_id, link=link, used_at__gt=at - SESSION)
    return not given.exists()


def ways_to(link: SigningLink) -> dict[str, str]:
    """Where the signatory's code may be sent, the preferred way first: channel → number or address."""
    person = _signatory(link.convention, link.guardian)
    owner = link.guardian or link.convention.pupil
    mobile = mobile_number(owner.phone) if sms.is_available() else ""
    rule = link.convention.campaign.rule_tree.signature.one_time_code
    return ways(rule, mobile=mobile, email=person.email if person else "")


def _signatory(convention: Convention, guardian: Guardian | None) -> Signatory | None:
    return next((person for person in signatories(convention) if person.guardian == guardian), None)


def people_for_codes(convention: Convention) -> list[Signatory]:
    """Those who have still to sign by a link, to whom an agent may hand a code; nobody when none is asked."""
    rule = convention.campaign.rule_tree.signature.one_time_code
    if not is_asked(rule, convention.state):
        return []
    signed = set(convention.signatures.values_list("guardian", flat=True))
    return [
        person
        for person in signatories(convention)
        if not person.needs_decision and person.guardian_id not in signed
    ]


def open_codes(link: SigningLink, at: datetime) -> list[SigningCode]:
    """Those that may be given now, the latest first: one sent, one handed over, at most."""
    return list(SigningCode.objects.of(link).usable(at))


@transaction.atomic
def send_code(*, link: SigningLink, way: str = "", at: datetime, trace: Trace | None = None) -> SigningCode:
    """Send a new code, which closes the one before; `way` is a channel of `ways_to`, the preferred one by default.

    A text message that cannot leave is replaced by an e-mail by itself. Raises Refused(`code_by_hand_only`,
    `code_too_often` or `link_…`).
    """
    _lock(link, at)
    found = ways_to(link)
    channel = way if way in found else next(iter(found), "")
    if not channel:
        raise Refused(
            "code_by_hand_only",
            _("We know no telephone and no address to send you a code. The school can hand you one."),
        )
    earlier = SigningCode.objects.of(link).sent()
    if too_many(earlier.values_list("issued_at", flat=True), at):
        raise Refused(
            "code_too_often",
            _("Several codes left already. Wait an hour, or ask the school to hand you a code."),
        )
    earlier.usable(at).update(closed_at=at)
    code, digits = _new(link.convention, link.guardian, channel, at, link=link, sent_to=found[channel])
    write_code(code, digits, instead=found.get(CodeChannel.EMAIL, ""), at=at)
    _record(code, "code_sent", f"link:{link.pk}", at, trace)
    return code


@transaction.atomic
def hand_over_code(
    *, convention: Convention, guardian: Guardian | None, by: User, at: datetime
) -> tuple[SigningCode, str]:
    """A code for an agent to hand over in person; who did and when is kept. Returns the digits, kept nowhere.

    Raises Refused(`code_not_asked` or `not_a_signatory`).
    """
    convention = (
        Convention.objects.select_for_update(of=("self",))
        .select_related("campaign__rules", "pupil")
        .get(pk=convention.pk)
    )
    if not is_asked(convention.campaign.rule_tree.signature.one_time_code, convention.state):
        raise Refused("code_not_asked", _("No code is asked to sign this convention."))
    if _signatory(convention, guardian) is None:
        raise Refused("not_a_signatory", _("This person may not sign this convention."))
    mine = SigningCode.objects.filter(convention=convention, guardian=guardian, channel=CodeChannel.PAPER)
    mine.usable(at).update(closed_at=at)
    code, digits = _new(convention, guardian, CodeChannel.PAPER, at, issued_by=by)
    _record(code, "code_handed_over", actor_of(by), at)
    return code, digits


def give_code(*, link: SigningLink, digits: str, at: datetime, trace: Trace | None = None) -> SigningCode:
    """The code as typed; right once only, even in parallel, and five wrong tries close it (trust 10).

    Raises Refused(`code_wrong`, `code_closed` or `link_…`), after the try is kept.
    """
    with transaction.atomic():
        _lock(link, at)
        codes = open_codes(link, at)
        right = next((code for code in codes if is_digest_of(_salted(code, digits), code.digest)), None)
        if right:
            right.used_at, right.link = at, link
            right.save(update_fields=["used_at", "link"])
            SigningCode.objects.of(link).usable(at).update(closed_at=at)
        for code in codes if not right else []:
            _count_wrong(code, at)
        if codes:
            outcome = "code_right" if right else "code_wrong"
            _record(right or codes[0], outcome, f"link:{link.pk}", at, trace)
    if right:
        return right
    raise _wrong(codes)


def _count_wrong(code: SigningCode, at: datetime) -> None:
    code.wrong_count += 1
    code.closed_at = at if code.wrong_count >= MAX_WRONG else None
    code.save(update_fields=["wrong_count", "closed_at"])


def _wrong(codes: list[SigningCode]) -> Refused:
    left = max((MAX_WRONG - code.wrong_count for code in codes), default=0)
    if left > 0:
        return Refused(
            "code_wrong",
            _("This is not the code. Copy the six figures of the latest message; %(left)d more tries.")
            % {"left": left},
        )
    return Refused(
        "code_closed", _("This code no longer works: it lives ten minutes and five tries. Ask for a new one.")
    )


def refuse_without_code(link: SigningLink, code_id: int | None, at: datetime) -> None:
    """Raises Refused(`code_missing`): the programme asks a code, and this browser gave none in the last two hours."""
    if awaits_code(link, code_id, at):
        raise Refused("code_missing", _("Give the code we sent you before you sign."))


def _lock(link: SigningLink, at: datetime) -> None:
    """One at a time for a convention. Raises Refused(`link_…`)."""
    Convention.objects.select_for_update(of=("self",)).get(pk=link.convention_id)
    refuse_unusable(link, at)


def _new(
    convention: Convention, guardian: Guardian | None, channel: str, at: datetime, **fields: object
) -> tuple[SigningCode, str]:
    digits = new_code()
    code = SigningCode(
        convention=convention,
        guardian=guardian,
        channel=channel,
        issued_at=at,
        expires_at=at + validity(channel),
        **fields,
    )
    code.digest = keyed_digest(_salted(code, digits))
    code.save()
    return code, digits


def _salted(code: SigningCode, digits: str) -> str:
    return f"{code.convention_id} {code.guardian_id} {code.issued_at.timestamp()} {digits}"


def _record(code: SigningCode, action: str, actor: str, at: datetime, trace: Trace | None = None) -> None:
    record_event(
        stream=code.convention.stream,
        action=action,
        actor=actor,
        at=at,
        trace=trace,
        code=code.pk,
        channel=str(code.channel),
    )
