"""The drop folder: which files are whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path


SETTLED = timedelta(minutes=2)
"""How long a file must have stood still. Its time of change moves with each block that is written: a file that somebody
still writes is younger than this, unless the writing stalls so long; an atomic rename needs no luck at all."""

UNFINISHED = (".part", ".tmp", ".filepart", ".partial", ".crdownload", ".swp", "~")
"""How transfer tools name what they have not finished: WinSCP, lftp, rsync, curl, browsers, editors."""


def files_ready(folder: Path, *, now: datetime) -> list[Path]:
    """The whole files of the drop folder and of its subfolders (by day, by school…), in order of their names.

    Left for the next look: hidden files and those in hidden folders, names that transfer tools give to what is not
    finished, empty files, and files that changed less than SETTLED ago. A symbolic link is not followed: the folder is
    written by others. A file dated further than that in the future is whole (a clock that is wrong, or a day that
    is played again).
    """
    return sorted(path for path in _walk(folder) if _is_whole(path, now))


def _walk(folder: Path) -> Iterator[Path]:
    for directory, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and not name.lower().endswith(UNFINISHED):
                yield Path(directory, name)


def _is_whole(path: Path, now: datetime) -> bool:
    try:
        status = path.lstat()
    except FileNotFoundError:  # renamed or taken away meanwhile
        return False
    changed_at = datetime.fromtimestamp(status.st_mtime, tz=UTC)
    return (
        path.is_file() and not path.is_symlink() and status.st_size > 0 and abs(now - changed_at) >= SETTLED
    )
