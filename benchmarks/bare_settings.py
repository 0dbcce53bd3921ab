"""The settings of the product, and nothing between the server and a view that inserts one row."""

from benchmarks.dressed_settings import *  # noqa: F403


MIDDLEWARE: list[str] = []
