"""What the rows of a school name is there, checked a statement at a time, and nobody deletes it (invariant 5)."""

from contextlib import closing

import psycopg2
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from schools.enums import ChangeKind
from schools.models import EnrolmentChange, EnrolmentImport, Guardian, PupilAlias
from tests.schools.factories import EnrolmentFactory, GuardianFactory, GuardianshipFactory, PupilFactory


NOBODY = 987_654_321
ANOTHER = {
    "public_id": "00000000-0000-4000-8000-000000000009",
    "identifier": "9",
    "state": "left",
    "left_on": "2026-10-01",
}
"""What must differ for the same row to be kept twice."""

CHECKED = sorted(
    (model._meta.db_table, field.column, field.related_model._meta.db_table)
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if isinstance(field, models.ForeignKey) and not field.db_constraint
)

NAMING = (
    "INSERT INTO schools_guardianship (pupil_id, guardian_id, level, kinship, rank)"
    " VALUES (%(pupil)s, %(guardian)s, 1, '10', 0)"
)
DELETING = "DELETE FROM schools_guardian WHERE id = %(guardian)s"


@pytest.fixture
def rows(campaign):
    """A row of each table that names others, by its table."""
    enrolment = EnrolmentFactory(campaign=campaign)
    source = EnrolmentImport.objects.create(
        campaign=campaign,
        uai=enrolment.school.uai,
        source="siecle",
        state="applied",
        content_sha256="0" * 64,
        received_at="2026-09-08T05:00:00Z",
        for_date="2026-09-08",
    )
    return {
        "schools_enrolment": enrolment,
        "schools_enrolmentchange": EnrolmentChange.objects.create(
            enrolment=enrolment, enrolment_import=source, kind=ChangeKind.ARRIVED, on="2026-09-08"
        ),
        "schools_guardianship": GuardianshipFactory(pupil=enrolment.pupil),
        "schools_pupilalias": PupilAlias.objects.create(
            pupil=enrolment.pupil, source="siecle", scope="0140013N", identifier="1"
        ),
    }


def test_eight_columns_are_checked_so():
    assert len(CHECKED) == 8


@pytest.mark.parametrize(("table", "column", "parent"), CHECKED)
def test_a_row_that_names_nobody_is_refused(rows, table, column, parent):
    row = rows[table]
    row.pk, row._state.adding = None, True
    setattr(row, column, NOBODY)
    for field, value in ANOTHER.items():
        if hasattr(row, field):
            setattr(row, field, value)
    with pytest.raises(IntegrityError, match=f'"{column}" names a row of "{parent}" that is not there'):
        type(row).objects.bulk_create([row])


@pytest.mark.parametrize(("table", "column", "parent"), CHECKED)
def test_a_row_is_not_turned_to_nobody(rows, table, column, parent):
    if table == "schools_enrolmentchange":  # its rows are never changed at all
        message = "append_only"
    else:
        message = f'"{column}" names a row of "{parent}" that is not there'
    with pytest.raises(IntegrityError, match=message):
        type(rows[table]).objects.filter(pk=rows[table].pk).update(**{column: NOBODY})


@pytest.mark.parametrize(("table", "column", "parent"), CHECKED)
def test_what_is_named_is_neither_deleted_nor_numbered_anew(rows, table, column, parent):
    pk = getattr(rows[table], column)
    for act in ("DELETE FROM {} WHERE id = %s", "UPDATE {} SET id = id + 1000000 WHERE id = %s"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act.format(parent), [pk])


def test_one_missing_among_many_refuses_them_all(db):
    pupils = PupilFactory.create_batch(3)
    numbers = [pupil.pk for pupil in pupils] + [NOBODY]
    aliases = [PupilAlias(pupil_id=pk, source="siecle", scope="0140013N", identifier=pk) for pk in numbers]
    with pytest.raises(IntegrityError, match="pupil_id"), transaction.atomic():
        PupilAlias.objects.bulk_create(aliases)
    assert not PupilAlias.objects.exists()
    PupilAlias.objects.bulk_create(aliases[:3])
    assert PupilAlias.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_only_rows_that_others_could_delete_are_held():
    """A row of the same transaction is out of their reach; each lock would be one more writing of it."""
    older = GuardianFactory()
    with transaction.atomic():
        newer = GuardianFactory()
        for guardian in (older, newer):
            GuardianshipFactory(guardian=guardian)
        assert (_is_held(older), _is_held(newer)) == (True, False)


def test_a_row_made_and_taken_back_in_the_same_transaction_is_not_there(db):
    with pytest.raises(IntegrityError, match="guardian_id"), transaction.atomic():
        guardian = GuardianFactory()
        Guardian.objects.filter(pk=guardian.pk).delete()
        GuardianshipFactory(guardian=guardian)


def _is_held(guardian: Guardian) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmax::text <> '0' FROM schools_guardian WHERE id = %s", [guardian.pk])
        return cursor.fetchone()[0]


def test_what_nobody_names_any_more_may_go(db):
    link = GuardianshipFactory()
    link.delete()
    assert Guardian.objects.filter(pk=link.guardian_id).delete()[0] == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["naming", "deleting"])
def test_two_at_once_wait_for_each_other(first):
    """Who names somebody holds them until the commit; who deletes somebody is waited for."""
    names = {"pupil": PupilFactory().pk, "guardian": GuardianFactory().pk}
    acts = [NAMING, DELETING] if first == "naming" else [DELETING, NAMING]
    with closing(_another()) as one, closing(_another()) as other:
        one.cursor().execute(acts[0], names)
        with other.cursor() as cursor, pytest.raises(psycopg2.errors.LockNotAvailable):
            cursor.execute("SET lock_timeout = '100ms'")
            cursor.execute(acts[1], names)
        other.rollback()
        one.commit()
        with other.cursor() as cursor, pytest.raises(psycopg2.errors.ForeignKeyViolation):
            cursor.execute(acts[1], names)


def _another() -> psycopg2.extensions.connection:
    return psycopg2.connect(**connection.get_connection_params())
