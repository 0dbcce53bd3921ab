from django.db import migrations

from core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("schools", "0001_initial"), ("core", "0001_database")]

    operations = [
        append_only("schools_enrolmentimportlog"),
        append_only("schools_enrolmentchange"),
    ]
