from django.db import migrations

from core.triggers import append_only, frozen_columns


class Migration(migrations.Migration):
    dependencies = [("core", "0002_tables"), ("core", "0001_database")]

    operations = [
        append_only("core_evidenceevent"),
        frozen_columns("core_storedfile", "sha256", "size", "content"),
        frozen_columns("core_message", "business_key", "message_id"),
    ]
