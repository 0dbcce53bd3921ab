"""Schools, their enrolment files, and the ways these come in."""

from tests.permissions.rows import OFFICE, READERS, STAFF, Row, id_of


SCHOOLS = [
    # Schools and their enrolment files
    Row("schools:list", OFFICE),
    Row("schools:detail", (*OFFICE, "school"), foreign=True, given=lambda world: {"uai": "0140101J"}),
    Row("schools:invite", ("region", "school"), foreign=True, given=lambda world: {"uai": "0140101J"}),
    Row("schools:directory", ("region",)),
    Row("schools:approve_all", ("region",), status=405),
    Row(
        "schools:decide_change",
        ("region",),
        status=405,
        given=lambda world: {"public_id": world.held.public_id, "decision": "approuver"},
    ),
    Row("schools:findings", READERS),
    Row(
        "schools:quality_print",
        exactly={"anonymous": 302, "region": 404, "helpdesk": 404, "school": 200}
        | dict.fromkeys(("supplier", "warehouse"), 403),
    ),
    Row("schools:imports", ("region", "school")),
    Row("schools:template", ("region", "school"), given=lambda world: {"file_format": "xlsx"}),
    Row(
        "schools:batch",
        ("region", "school"),
        foreign=True,
        given=lambda world: {"public_id": world.batch.public_id},
    ),
    Row(
        "schools:batch_decide",
        ("region", "school"),
        status=405,
        given=lambda world: {"public_id": world.batch.public_id, "decision": "relire"},
    ),
    Row(
        "schools:import",
        ("region", "school"),
        foreign=True,
        given=lambda world: {"public_id": world.held.public_id},
    ),
    Row(
        "schools:decide",
        ("region",),
        status=405,
        given=lambda world: {"public_id": world.held.public_id, "decision": "rejeter"},
    ),
    # Nights of imports
    Row("schools:nights", ("region",)),
    Row("schools:alerts", ("region",)),
    Row("schools:night", ("region",), given=lambda world: {"public_id": world.night.public_id}),
    Row("schools:night_progress", ("region",), given=lambda world: {"public_id": world.night.public_id}),
    Row(
        "schools:night_of_school",
        ("region", "school"),
        foreign=True,
        given=lambda world: {"public_id": world.night.public_id, "uai": "0140101J"},
    ),
    # Enrolment files that come by themselves
    Row("schools:feed_tokens", ("region",)),
    Row("schools:feed_token", ("region",), given=lambda world: id_of(world.feed_token)),
    Row("schools:feed_revoke", ("region",), status=405, given=lambda world: id_of(world.feed_token)),
    Row("schools:feed_sources", ("region",)),
    Row("schools:feed_source_add", ("region",)),
    Row("schools:feed_source", ("region",), given=lambda world: id_of(world.feed_source)),
    Row("schools:feed_try", ("region",), status=405, given=lambda world: id_of(world.feed_source)),
    Row("schools:feed_ask_again", ("region",), status=405, given=lambda world: id_of(world.feed_source)),
    Row("schools:feed_set_aside", ("region",)),
    Row("schools:feed_delivery", ("region",), given=lambda world: id_of(world.feed_delivery)),
    Row("schools:api_push", exactly=dict.fromkeys(("anonymous", *STAFF), 401)),
    Row(
        "schools:api_receipt",
        exactly=dict.fromkeys(("anonymous", *STAFF), 401),
        given=lambda world: {"public_id": world.held.public_id},
    ),
]
