from django.db import migrations

from core.references import named_otherwise


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0012_checked_by_statement'),
    ]

    operations = [
        named_otherwise("schools_pupilalias", pupil_id="schools_pupil"),
        named_otherwise("schools_guardianship", pupil_id="schools_pupil", guardian_id="schools_guardian"),
        named_otherwise(
            "schools_enrolment",
            pupil_id="schools_pupil",
            school_id="schools_school",
            campaign_id="programmes_campaign",
        ),
        named_otherwise(
            "schools_enrolmentchange",
            enrolment_id="schools_enrolment",
            enrolment_import_id="schools_enrolmentimport",
        ),
    ]
