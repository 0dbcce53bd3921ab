"""Anchoring the chain of evidence outside of our hands, every day (RFC 3161), and comparing the chain with it.

The chain shows whether a row was changed, but its last rows could be cut by somebody with all rights on the base
(trust 18). A manifest of the heads, stamped by an authority and copied elsewhere, shows that too.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.models import Max

from core.evidence import GENESIS, digest
from core.files import store_bytes
from core.models import EvidenceAnchor, EvidenceEvent
from core.timestamps import NoTimestamp, authority, read_token


FORMAT = "cartable-anchor/1"


def anchor_evidence(*, at: datetime) -> dict[str, int]:
    """Write the manifest of what moved, and ask the authority for every token still missing.

    Nothing moved: no new manifest. Returns counts `streams` and `waiting` (manifests without a token).
    """
    anchor = _make_anchor(at)
    asked = authority()
    for waiting in EvidenceAnchor.objects.filter(token=None):
        if asked is None:
            break
        try:
            token = asked.stamp(bytes.fromhex(waiting.sha256))
        except NoTimestamp:
            break
        EvidenceAnchor.objects.filter(pk=waiting.pk, token=None).update(
            token=token.content, anchored_at=token.at, authority=token.authority[:300]
        )
    waiting_count = EvidenceAnchor.objects.filter(token=None).count()
    return {"streams": anchor.streams_count if anchor else 0, "waiting": waiting_count}


@transaction.atomic
def _make_anchor(at: datetime) -> EvidenceAnchor | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('evidence anchors'))")
    *_, before, last = [
        None,
        None,
        *EvidenceAnchor.objects.order_by("number").only("number", "up_to", "sha256"),
    ]
    up_to = EvidenceEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    if up_to == (last.up_to if last else 0):
        return None
    # an event may commit after one with a greater id: what moved since the anchor before the last is said again
    heads = (
        EvidenceEvent.objects.filter(pk__gt=before.up_to if before else 0, pk__lte=up_to)
        .order_by("stream", "-rank")
        .distinct("stream")
        .values_list("stream", "rank", "hash")
    )
    number, previous = (last.number + 1, last.sha256) if last else (1, GENESIS)
    lines = [f"{stream} {rank} {hash_}" for stream, rank, hash_ in heads.iterator()]
    head = [FORMAT, f"number {number}", f"previous {previous}", f"made {at.astimezone(UTC).isoformat()}"]
    content = "\n".join([*head, *lines, ""]).encode()
    file = store_bytes(content, kind="anchor", name=f"anchor-{number:06d}.txt", content_type="text/plain")
    return EvidenceAnchor.objects.create(
        number=number,
        manifest=file,
        sha256=file.sha256,
        previous_sha256=previous,
        up_to=up_to,
        streams_count=len(lines),
        made_at=at,
    )


def anchor_problems() -> Iterator[str]:
    """What is wrong with the anchors, or with the chain as they saw it, in sentences."""
    previous = GENESIS
    for number, anchor in enumerate(EvidenceAnchor.objects.select_related("manifest"), start=1):
        try:
            content = anchor.manifest.read_bytes()
        except Exception as error:  # damaged, purged or missing: all the same to who verifies
            yield f"Anchor {anchor.number}: its manifest cannot be read ({type(error).__name__})."
            continue
        yield from _own_problems(anchor, content, number, previous)
        yield from _differences(anchor.number, content)
        previous = anchor.sha256


def _own_problems(anchor: EvidenceAnchor, content: bytes, number: int, previous: str) -> Iterator[str]:
    lines = content.decode().splitlines()
    if anchor.number != number or lines[1:3] != [f"number {number}", f"previous {previous}"]:
        yield f"Anchor {anchor.number}: it does not follow from the one before."
    if anchor.sha256 != anchor.manifest.sha256:
        yield f"Anchor {anchor.number}: its digest is not its manifest's."
    if anchor.token is None:
        return
    try:
        read_token(bytes(anchor.token), bytes.fromhex(anchor.sha256))
    except (NoTimestamp, ValueError, TypeError, KeyError) as error:
        yield f"Anchor {anchor.number}: its token does not hold ({error})."


def _differences(number: int, content: bytes) -> Iterator[str]:
    """Heads that the manifest saw and the chain has no more, or otherwise."""
    said = [line.rsplit(" ", 2) for line in content.decode().splitlines()[4:]]
    for start in range(0, len(said), 5000):
        part = said[start : start + 5000]
        streams = [stream for stream, _rank, _hash in part]
        found = EvidenceEvent.objects.filter(stream__in=streams).values_list("stream", "rank", "hash")
        known = {(stream, str(rank), hash_) for stream, rank, hash_ in found.iterator()}
        for stream, rank, hash_ in part:
            if (stream, rank, hash_) not in known:
                yield f"Anchor {number}: {stream} had event {rank}, which is gone or was rewritten."


def chain_problems() -> Iterator[str]:
    """The first false event of each stream, in sentences; walks the whole chain without keeping it."""
    stream, rank, previous, is_broken = "", 0, GENESIS, False
    for event in EvidenceEvent.objects.order_by("stream", "rank").iterator(chunk_size=2000):
        if event.stream != stream:
            stream, rank, previous, is_broken = event.stream, 0, GENESIS, False
        rank += 1
        expected = digest(previous, stream, rank, event.action, event.actor, event.payload, event.at)
        if not is_broken and (event.rank, event.previous_hash, event.hash) != (rank, previous, expected):
            is_broken = True
            yield f"{stream}: event {event.rank} does not follow from the one before."
        previous = event.hash
