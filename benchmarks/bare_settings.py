"""The settings of the product, and nothing between the server and the view."""

from config.settings import *  # noqa: F403


MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.bare"
