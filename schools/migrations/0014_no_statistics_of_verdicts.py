from django.db import migrations


class Migration(migrations.Migration):
    """A first load has its tables analysed at each doubling, and the verdicts took longer than all other columns."""

    dependencies = [
        ('schools', '0013_own_rows_are_only_counted'),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE schools_enrolment ALTER COLUMN eligibility_verdict SET STATISTICS 0",
            "ALTER TABLE schools_enrolment ALTER COLUMN eligibility_verdict SET STATISTICS -1",
        ),
    ]
