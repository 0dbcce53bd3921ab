from django.db import migrations

from core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial"), ("core", "0001_database")]

    operations = [
        append_only("support_ticketlog"),
        append_only("support_interventionlog"),
        append_only("support_devicereturnlog"),
    ]
