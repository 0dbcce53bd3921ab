"""One of everything, at Mme Roux's school, for the permission table."""

from dataclasses import dataclass

from tests.cast import Cast


@dataclass
class World:
    cast: Cast


def make_world(cast: Cast) -> World:
    """Alix's convention, loan, ticket and return; a delivery of her school."""
    return World(cast)
