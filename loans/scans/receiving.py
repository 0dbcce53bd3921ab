"""A copier's file, kept as it came; a worker reads it afterwards."""

import hashlib
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.files import MEGABYTE, store_document
from core.rings import ring_on_commit
from loans.enums import ScanState
from loans.models import Scan
from schools.models import School


LARGEST = 200 * MEGABYTE  # 300 colour pages of a careless copier


def receive_scan(*, content: bytes, name: str, school: School, by: User, at: datetime) -> Scan:
    """Keep a scan of any length for a worker to read; the same file sent again by a school is the same scan.

    Raises Refused: `file_…` (see `core.files.store_document`).
    """
    with transaction.atomic():
        School.objects.select_for_update(of=("self",)).get(pk=school.pk)
        sha256 = hashlib.sha256(content).hexdigest()
        known = Scan.objects.filter(school=school, file__sha256=sha256).first()
        if known:
            return known
        stored = store_document(content, kind="scan", name=name, limit=LARGEST)
        scan = Scan.objects.create(school=school, file=stored, uploaded_by=by, uploaded_at=at)
        scan.log.create(from_state="", to_state=ScanState.RECEIVED, by=by, at=at)
        ring_on_commit("loans.tasks.read_scan", scan.pk)
        return scan
