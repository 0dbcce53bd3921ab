"""Files sent as from the page, and a worker that takes them up."""

from datetime import UTC, datetime, time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from schools.batches.sending import send_files
from schools.batches.working import work_on
from schools.models import School
from tests.schools.factories import UserFactory


@pytest.fixture
def desk(running):
    """A person of the region who sends files, a night after the first."""
    running.nights += 1
    return Desk(running)


class Desk:
    def __init__(self, world):
        self.world = world
        self.by = UserFactory()
        self.at = datetime.combine(world.on, time(9), tzinfo=UTC)

    def send(self, *files, school=None):
        """Files are (name, bytes) or paths."""
        uploads = [
            SimpleUploadedFile(*file)
            if isinstance(file, tuple)
            else SimpleUploadedFile(file.name, file.read_bytes())
            for file in files
        ]
        return send_files(
            files=uploads,
            campaign=self.world.campaign,
            school=School.objects.get(uai=school) if school else None,
            by=self.by,
            at=self.at,
        )

    def work(self, batch):
        work_on(batch.pk, at=self.at, on=self.world.on)
        batch.refresh_from_db()
        return batch
