"""Who may push files: tokens made and revoked by the region's officers, recognised by their digest, each use logged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.refusals import Refused
from core.tokens import new_token, token_digest
from schools.feeds.enums import UseOutcome
from schools.models import FeedDelivery, FeedToken, FeedTokenUse, School


MARK = "cartable_"
"""Every token begins so: a scanner of leaked secrets, and a person, can tell what it is."""

SHOWN = len(MARK) + 6
LONGEST_DAYS = 400
"""A token outlives a school year, not two: whoever renews it looks at who holds it."""


@transaction.atomic
def make_token(
    *, name: str, covers_region: bool, uais: Iterable[str], expires_on: date, by: User, at: datetime
) -> tuple[FeedToken, str]:
    """A new token and its text, which is shown once and kept nowhere. It works until the end of `expires_on`.

    Raises Refused(`token_scope_empty`, `token_school_unknown`, `token_too_long`).
    """
    schools = _schools_of(covers_region, uais)
    _refuse_days(expires_on, timezone.localdate(at))
    text = MARK + new_token()
    token = FeedToken.objects.create(
        name=name,
        prefix=text[:SHOWN],
        digest=token_digest(text),
        covers_region=covers_region,
        created_by=by,
        created_at=at,
        expires_at=timezone.make_aware(datetime.combine(expires_on, time.max)),
    )
    token.schools.set(schools)
    return token, text


def _schools_of(covers_region: bool, uais: Iterable[str]) -> list[School]:
    if covers_region:
        return []
    wanted = sorted(set(uais))
    schools = list(School.objects.filter(uai__in=wanted))
    unknown = set(wanted) - {school.uai for school in schools}
    if unknown:
        raise Refused(
            "token_school_unknown",
            _("No school has the number %(uais)s. Check it in the list of schools.")
            % {"uais": ", ".join(sorted(unknown))},
        )
    if not schools:
        raise Refused("token_scope_empty", _("Say which schools this token may send files for."))
    return schools


def _refuse_days(expires_on: date, today: date) -> None:
    if not 0 <= (expires_on - today).days <= LONGEST_DAYS:
        raise Refused(
            "token_too_long",
            _("Choose a last day from today to %(days)d days from now: a token is renewed each year.")
            % {"days": LONGEST_DAYS},
        )


@transaction.atomic
def revoke_token(*, token: FeedToken, by: User, at: datetime) -> None:
    """From now on the token is refused; revoking twice is harmless."""
    row = FeedToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = at, by
        row.save(update_fields=["revoked_at", "revoked_by"])


def find_token(text: str) -> FeedToken | None:
    """The token of that text, open or not; None for a text that was never one of ours."""
    return FeedToken.objects.filter(digest=token_digest(text)).first() if text.startswith(MARK) else None


def closed_because(token: FeedToken, at: datetime) -> Refused | None:
    """Why a token is not honoured any more, or None."""
    if token.revoked_at is not None:
        return Refused(UseOutcome.REVOKED, _("This token was revoked. Ask the region for another one."))
    if at >= token.expires_at:
        return Refused(UseOutcome.EXPIRED, _("This token has expired. Ask the region for another one."))
    return None


def log_use(
    *,
    token: FeedToken,
    outcome: str,
    at: datetime,
    address: str | None,
    size: int = 0,
    uais: Iterable[str] = (),
    delivery: FeedDelivery | None = None,
) -> FeedTokenUse:
    """One line for each time the token was shown, whatever was answered."""
    FeedToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return FeedTokenUse.objects.create(
        token=token,
        at=at,
        address=address or None,
        outcome=outcome,
        size=size,
        uais=sorted(uais)[:50],
        delivery=delivery,
    )
