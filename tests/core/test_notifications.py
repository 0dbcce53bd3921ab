"""Messages are plain text: no name is written in HTML."""

from core.notifications import plain_text


def test_a_name_with_an_apostrophe_stays_as_it_is():
    """« Lycée de l'Orne & de l'Odon » came out as « l&#x27;Orne &amp; … » in subjects."""
    delivery = {"school": "Lycée de l'Orne & de l'Odon"}
    subject = plain_text("distribution/emails/gate_needs_person_subject.txt", {"delivery": delivery})
    assert "Lycée de l'Orne & de l'Odon" in subject
