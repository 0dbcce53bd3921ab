"""The fictitious region of the import tests, and servers of our own that end with their test."""

from tests.schools.conftest import campaign, running, world  # noqa: F401
