"""The worker and its one sorted schedule. Redis only rings: what is due is read from PostgreSQL."""

import os

from celery import Celery


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("cartable")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Sorted by name (a test keeps it so). Each task asks "what is due?": a doubled ring changes nothing.
app.conf.beat_schedule = {}
