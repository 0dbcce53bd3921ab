"""Seals made while no authority answered get their time as soon as one does (trust 15)."""

from datetime import datetime

from django.db import transaction

from core.evidence import record_event
from core.files import store_bytes
from core.models import Seal
from core.sealing import digest_to_stamp, with_timestamp
from core.timestamps import NoTimestamp, TimeAuthority, authority
from loans.models import Signature
from loans.proof.sealing import timestamp_columns


def upgrade_seals(*, at: datetime, limit: int = 1000) -> dict[str, int]:
    """Ask the authority for the seals of level B-B, the oldest first; the first silence ends the round.

    Repeating it is harmless: a seal has one time. Returns counts `upgraded` and `waiting`.
    """
    asked = authority()
    pks = list(Seal.objects.without_time().order_by("pk").values_list("pk", flat=True)[:limit])
    upgraded = 0
    for pk in pks if asked else []:
        try:
            upgraded += _upgrade(pk, asked, at)
        except NoTimestamp:
            break
    return {"upgraded": upgraded, "waiting": Seal.objects.without_time().count()}


@transaction.atomic
def _upgrade(pk: int, asked: TimeAuthority, at: datetime) -> bool:
    """The copy first sealed stays as it is; the one with the time is kept beside it."""
    seal = Seal.objects.select_for_update(of=("self",)).select_related("document").get(pk=pk)
    if seal.timestamped_at:
        return False
    sealed = seal.document.read_bytes()
    token = asked.stamp(digest_to_stamp(sealed))
    stamped = with_timestamp(sealed, token)
    file = store_bytes(
        stamped, kind="convention", name=seal.document.name, content_type=seal.document.content_type
    )
    Seal.objects.filter(pk=pk).update(**timestamp_columns(token, file))
    signature = Signature.objects.select_related("convention").get(document=seal.document)
    record_event(
        stream=signature.convention.stream,
        action="document_timestamped",
        actor="system",
        at=at,
        sha256=file.sha256,
        file=str(file.public_id),
        level="B-T",
    )
    return True
