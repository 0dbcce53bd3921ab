"""docs/states.md says what the enums say."""

from config.statebook import PAGE, page


def test_the_page_of_states_is_up_to_date():
    assert PAGE.read_text() == page(), "run `python -m config.statebook`"
