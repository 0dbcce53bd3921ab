"""The directory feed (AAF) dropped for the night: its parts stay together, its deltas come in their order (N1)."""

from schools.enums import ImportState
from schools.fictitious import aaf
from schools.models import Enrolment, EnrolmentImport
from tests.schools.nights.conftest import nth


def drop(depot, files):
    for name, data in files.items():
        (depot.folder / name).write_bytes(data)


def test_a_region_s_feed_is_one_night_s_work(depot):
    drop(depot, aaf.aaf_files(depot.region.schools, on=nth(0), who="70", part_size=25))
    drop(depot, {f"ENT_70_Complet_{nth(0):%Y%m%d}_PersEducNat_0000.xml": aaf.aaf_document([])})
    depot.ring(nth(0))
    assert set(EnrolmentImport.objects.values_list("uai", "state")) == {
        (school.uai, ImportState.APPLIED) for school in depot.region.schools
    }
    assert Enrolment.objects.count() == 80


def test_the_deltas_of_two_missed_nights_are_applied_in_order(depot):
    pupil = depot.region.schools[0].pupils[0]
    drop(depot, aaf.aaf_files(depot.region.schools, on=nth(0), who="70"))
    depot.ring(nth(0))
    for count, class_code in ((2, "LAST"), (1, "FIRST")):
        request = aaf.modify("Eleve", aaf.pupil_number(pupil), {"ENTEleveClasses": f"3100${class_code}"})
        drop(depot, {f"ENT_70_Delta_{nth(count):%Y%m%d}_Eleve_0000.xml": aaf.aaf_document([request])})
    depot.ring(nth(2))
    assert Enrolment.objects.get(pupil__ine=pupil.ine).class_code == "LAST"
    assert Enrolment.objects.filter(state="active", absences_count=0).count() == 80
