from django.db import migrations

from core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("distribution", "0001_initial"), ("core", "0001_database")]

    operations = [
        append_only("distribution_gatecheck"),
        append_only("distribution_deliverylog"),
        append_only("distribution_deliverylinelog"),
        append_only("distribution_deskscan"),
        append_only("distribution_parcellog"),
    ]
