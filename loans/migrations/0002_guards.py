from django.db import migrations

from core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("loans", "0001_initial"), ("core", "0001_database")]

    operations = [
        append_only("loans_conventiontext"),
        append_only("loans_signature"),
        append_only("loans_conventionlog"),
        append_only("loans_papercopylog"),
        append_only("loans_devicelog"),
        append_only("loans_loanlog"),
    ]
