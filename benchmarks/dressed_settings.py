"""The settings of the product, with all that stands before its pages, and a view that inserts one row."""

from config.settings import *  # noqa: F403


ROOT_URLCONF = "benchmarks.bare"
