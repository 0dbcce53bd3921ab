"""The same story as `test_story.py`, walked through the pages only, as each person would. Read the chapters' names."""

import pytest

from tests.story import autumn, year
from tests.story.scene import Scene


pytestmark = pytest.mark.browser


@pytest.fixture
def scene(transactional_db, tmp_path, settings, live_server):
    settings.SITE_URL = live_server.url
    return Scene(tmp_path)


def test_the_story_through_the_pages(scene, page, phone, settings):
    autumn.the_region_uploads_the_files_of_two_schools(scene, page)
    letters = autumn.families_get_their_mail(settings)
    autumn.a_mother_signs_on_her_phone(scene, phone, letters)
    autumn.the_rate_of_the_school_moves(scene, page)
    autumn.the_supplier_proposes_a_day(scene, page)
    autumn.the_schools_accept(scene, page)
    autumn.the_gate_decides(scene)
    autumn.the_school_at_the_threshold_is_confirmed(scene, page)
    autumn.the_school_below_the_threshold_reads_why(scene, page)
    year.the_desk_hands_over_a_laptop(scene, phone)
    year.the_day_is_closed(scene, phone)
    year.the_helpdesk_grants_a_repair(scene, page)
    year.the_second_breakdown_is_refused_before_anything_is_done(scene, page)
    year.the_pupil_leaves_by_the_next_file(scene, page)
    year.the_figures_of_the_region_moved(scene, page)
