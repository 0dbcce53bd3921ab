from django.db import migrations

from core.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("programmes", "0001_initial"), ("core", "0001_database")]

    operations = [
        append_only("programmes_ruleset"),
        append_only("programmes_ruleadoption"),
    ]
