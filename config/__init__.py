"""The Django project: settings, addresses, the worker's schedule, the embedded servers."""

from config.celery import app as celery_app


__all__ = ["celery_app"]
