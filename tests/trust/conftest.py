"""The fictitious region of the import tests, and servers of our own that end with their test."""

from tests.schools.conftest import campaign, running, world  # noqa: F401
from tests.trust.hostile_world import bird, hostiles, imported  # noqa: F401
from tests.trust.post import bell, mailbox, worker  # noqa: F401
