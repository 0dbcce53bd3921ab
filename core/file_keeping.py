"""What becomes of stored files: encrypted again under a new key, deleted when the rules say, swept."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from core.encryption import CannotDecrypt, present_key_id
from core.files import envelope_of
from core.models import StoredFile


ORPHAN_AFTER = timedelta(days=1)
"""A file without a row may belong to an act that is still running; not for a day."""


def reencrypt_files(*, limit: int | None = None) -> dict[str, int]:
    """Bring every stored file under the first key of FILES_KEYS, those in clear too; can be stopped and run again.

    Returns how many were rewritten, and how many could not be read (their row is left as it is).
    """
    stale = StoredFile.objects.filter(purged_on=None).exclude(key_id=present_key_id()).order_by("pk")
    figures = {"rewritten": 0, "unreadable": 0}
    for pk in list(stale.values_list("pk", flat=True)[:limit]):
        try:
            figures["rewritten"] += _reencrypt(pk)
        except (CannotDecrypt, OSError):
            figures["unreadable"] += 1
    return figures


@transaction.atomic
def _reencrypt(pk: int) -> int:
    """The new bytes take the old one's place in one step; a crash before the row is saved is only done again."""
    stored = StoredFile.objects.select_for_update(of=("self",)).get(pk=pk)
    if stored.purged_on or stored.key_id == present_key_id():
        return 0
    _replace(Path(stored.content.path), envelope_of(stored, stored.read_bytes()))
    stored.key_id = present_key_id()
    stored.save(update_fields=["key_id"])
    return 1


def _replace(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, path)


@transaction.atomic
def purge_files(*, pks: Iterable[int], kind: str, on: date) -> int:
    """Delete the bytes of these files of one kind; their rows stay, with size, SHA-256 and the day. Returns how many.

    The bytes go when the transaction ends. What is left on disk by a crash in between, `sweep_files` finds.
    """
    rows = StoredFile.objects.select_for_update(of=("self",)).filter(pk__in=pks, kind=kind, purged_on=None)
    names = dict(rows.values_list("pk", "content"))
    StoredFile.objects.filter(pk__in=names).update(purged_on=on)
    transaction.on_commit(partial(_delete_from_disk, list(names.values())))
    return len(names)


def _delete_from_disk(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


def sweep_files(*, at: datetime) -> int:
    """Delete files that no row wants any more: of acts that were rolled back, of purges cut short. Returns how many."""
    swept = 0
    for folder, names in _folders(""):
        old = [name for name in names if _is_old(f"{folder}{name}", at)]
        keys = {f"{folder}{name}" for name in old}
        if not keys:
            continue
        wanted = StoredFile.objects.filter(content__in=keys, purged_on=None)
        for key in keys - set(wanted.values_list("content", flat=True)):
            default_storage.delete(key)
            swept += 1
    return swept


def _folders(folder: str) -> Iterator[tuple[str, list[str]]]:
    if not default_storage.exists(folder or "."):
        return
    inside, names = default_storage.listdir(folder)
    if names:
        yield folder, names
    for name in sorted(inside):
        yield from _folders(f"{folder}{name}/")


def _is_old(key: str, at: datetime) -> bool:
    try:
        modified_at = default_storage.get_modified_time(key)
    except FileNotFoundError:  # another sweep took it
        return False
    if timezone.is_naive(modified_at):
        modified_at = timezone.make_aware(modified_at)
    return modified_at < at - ORPHAN_AFTER
