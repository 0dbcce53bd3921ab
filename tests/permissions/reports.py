"""Dashboards, lists, exports and messages that could not leave."""

from tests.permissions.rows import OFFICE, READERS, STAFF, Row, id_of


REPORTS = [
    Row("reports:export_calls", READERS, status=405, given=lambda world: {"file_format": "csv"}),
    # Dashboards and reports
    Row("home", STAFF),
    Row("reports:pupils", READERS),
    Row("reports:export_pupils", READERS, status=405, given=lambda world: {"file_format": "csv"}),
    Row("reports:pupil", READERS, foreign=True, given=lambda world: {"public_id": world.cast.alix.public_id}),
    Row("reports:overview", ("region",)),
    Row("reports:export_schools", ("region",), status=405, given=lambda world: {"file_format": "csv"}),
    Row("reports:rows", ("region",), given=lambda world: {"code": "eligible"}),
    Row("reports:api_schools", (*OFFICE, "school"), anonymous=403),
    Row("reports:api_pupils", READERS, anonymous=403),
    # Messages that could not leave
    Row("reports:stuck_messages", ("region",)),
    Row("reports:stuck_message", ("region",), given=lambda world: id_of(world.stuck_message)),
    Row("reports:try_again_all", ("region",), status=405),
    Row("reports:try_again", ("region",), status=405, given=lambda world: id_of(world.stuck_message)),
    Row("reports:set_message_aside", ("region",), status=405, given=lambda world: id_of(world.stuck_message)),
    Row("reports:api_figures", ("region",), anonymous=403),
    Row("reports:api_schema", STAFF, anonymous=403),
    Row("reports:api_docs", STAFF, anonymous=403),
    Row("reports:export_quality", READERS, status=405, given=lambda world: {"file_format": "csv"}),
]
