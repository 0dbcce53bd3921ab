"""The drop folder: which files are whole, which go to quarantine, which are tidied away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.findings import FindingKind, Level
from core.models import StoredFile
from programmes.models import Campaign
from schools.codes import is_uai
from schools.feeds.deliveries import as_problem, as_problems, keep
from schools.feeds.enums import Way
from schools.imports.receiving import receive_paths
from schools.imports.recording import FILE_KIND


SETTLED = timedelta(minutes=2)
"""How long a file must have stood still. Its time of change moves with each block that is written: a file that somebody
still writes is younger than this, unless the writing stalls so long; an atomic rename needs no luck at all."""

UNFINISHED = (".part", ".tmp", ".filepart", ".partial", ".crdownload", ".swp", "~")
"""How transfer tools name what they have not finished: WinSCP, lftp, rsync, curl, browsers, editors."""

PATIENCE = timedelta(days=1)
"""A file that cannot be read stays in the folder so long: the night tells its school, a better copy may replace it."""

NEVER_APPLIED = FindingKind(
    "never_applied",
    Level.REFUSAL,
    gettext_lazy("This file stayed in the folder for as long as files may be kept, and was never applied."),
    gettext_lazy("Look at the imports of its school to know why; a newer file may have taken its place."),
)


def files_ready(folder: Path, *, now: datetime, wait: timedelta = SETTLED) -> list[Path]:
    """The whole files of the drop folder and of its subfolders (by day, by school…), in order of their names.

    Left for the next look: hidden files and those in hidden folders, names that transfer tools give to what is not
    finished, empty files, and files that changed less than `wait` ago. A symbolic link is not followed: the folder is
    written by others. A file dated further than that in the future is whole (a clock that is wrong, or a day that
    is played again).
    """
    return sorted(path for path in _walk(folder) if _is_whole(path, now, wait))


def _walk(folder: Path) -> Iterator[Path]:
    for directory, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and not name.lower().endswith(UNFINISHED):
                yield Path(directory, name)


def _is_whole(path: Path, now: datetime, wait: timedelta) -> bool:
    try:
        status = path.lstat()
    except FileNotFoundError:  # renamed or taken away meanwhile
        return False
    changed_at = datetime.fromtimestamp(status.st_mtime, tz=UTC)
    return path.is_file() and not path.is_symlink() and status.st_size > 0 and abs(now - changed_at) >= wait


def tidy_folder(*, folder: Path, campaign: Campaign, at: datetime, since: datetime | None) -> dict[str, int]:
    """Take out of the folder what it need not hold any more; nothing is lost on the way.

    A file nobody can read goes to quarantine a day after it came: stored encrypted with what is wrong, shown to the
    region. A file older than the time raw files are kept is deleted if it was taken (its SHA-256 is known), else goes
    to quarantine too. `since` is when the folder was last tidied: what was readable then is not read again.
    """
    figures = {"deleted": 0, "set_aside": 0, "stuck": 0}
    oldest = at - timedelta(days=campaign.rule_tree.privacy.raw_files_days)
    for path in files_ready(folder, now=at):
        changed_at = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
        if changed_at < oldest:
            outcome = _take_out(path, folder, campaign, at)
        elif changed_at < at - PATIENCE and (since is None or changed_at >= since - PATIENCE):
            outcome = _set_aside_if_unreadable(path, folder, campaign, at)
        else:
            continue
        if outcome:
            figures[outcome] += 1
    return figures


def _take_out(path: Path, folder: Path, campaign: Campaign, at: datetime) -> str:
    bundles = receive_paths([path])
    digests = {envelope.sha256 for bundle in bundles for envelope in bundle.envelopes}
    known = StoredFile.objects.filter(kind=FILE_KIND, sha256__in=digests)
    if digests and set(known.values_list("sha256", flat=True)) == digests:
        return _delete(path, "deleted")
    problems = [problem for bundle in bundles for problem in as_problems(bundle.findings)]
    return _set_aside(path, folder, campaign, at, problems or [as_problem(NEVER_APPLIED.at(path.name))])


def _set_aside_if_unreadable(path: Path, folder: Path, campaign: Campaign, at: datetime) -> str:
    problems = [
        problem
        for bundle in receive_paths([path])
        for problem in as_problems(bundle.findings)
        if not bundle.envelopes
    ]
    return _set_aside(path, folder, campaign, at, problems) if problems else ""


def _set_aside(
    path: Path, folder: Path, campaign: Campaign, at: datetime, problems: list[dict[str, str]]
) -> str:
    """Stored first, deleted after: a crash in between only sets the same bytes aside again, as one delivery."""
    uais = [part for part in path.relative_to(folder).parts[:-1] if is_uai(part)]
    keep(
        files=[(path.name, path.read_bytes())],
        campaign=campaign,
        way=Way.DROP,
        sender=_("drop folder"),
        uais=uais,
        at=at,
        problems=problems,
    )
    return _delete(path, "set_aside")


def _delete(path: Path, outcome: str) -> str:
    try:
        path.unlink()
    except OSError:  # a folder we may only read
        return "stuck"
    return outcome
