"""A worker that does all that waits, in this process."""

from django.utils import timezone

from schools.batches.working import work_on
from schools.models import ImportBatch


def work_on_files_sent() -> None:
    """What a Celery worker would do at once."""
    at = timezone.now()
    for batch_id in list(ImportBatch.objects.to_work_on().values_list("pk", flat=True)):
        work_on(batch_id, at=at, on=timezone.localdate(at))
