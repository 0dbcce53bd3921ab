"""The services a programme asks: written down and changed by the region's officers."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.encryption import CannotDecrypt, is_under_present_key
from programmes.models import Programme
from schools.models import FeedSource


@transaction.atomic
def save_source(
    source: FeedSource, *, programme: Programme, secret: str, by: User, at: datetime
) -> FeedSource:
    """Keep a service as an officer described it. An empty `secret` keeps the present one, unless the address changed.

    The secret was trusted to one address: at another one it must be typed again, or whoever may change the address
    could have it sent to themselves. What the last trial said is forgotten.
    """
    before = FeedSource.objects.select_for_update(of=("self",)).filter(pk=source.pk).first()
    if secret:
        source.seal_secret(secret)
    elif before and (before.base_url, before.token_url) != (source.base_url, source.token_url):
        source.seal_secret("")
    source.programme, source.changed_by, source.changed_at = programme, by, at
    source.tested_at, source.is_sound, source.test_sentence = None, None, ""
    source.save()
    return source


def reseal_secrets() -> int:
    """Bring the secrets under the present key of FILES_KEYS. One that cannot be read is left: its service says so."""
    resealed = 0
    for source in FeedSource.objects.exclude(sealed_secret=""):
        if is_under_present_key(source.sealed_secret):
            continue
        with suppress(CannotDecrypt):
            source.seal_secret(source.secret)
            source.save(update_fields=["sealed_secret"])
            resealed += 1
    return resealed
