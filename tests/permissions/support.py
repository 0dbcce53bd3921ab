"""The helpdesk, returns, doubles and objections."""

from tests.permissions.rows import ASKERS, RECEIVERS, RETURNERS, Row, convention_of, id_of


SUPPORT = [
    # The helpdesk
    Row("support:tickets", ASKERS),
    Row("support:new_ticket", ASKERS),
    Row("support:ticket", ASKERS, foreign=True, given=lambda world: id_of(world.ticket)),
    Row("support:reply", ASKERS, status=405, given=lambda world: id_of(world.ticket)),
    Row("support:act", ASKERS, status=405, given=lambda world: id_of(world.ticket)),
    Row("support:police_report", ASKERS, foreign=True, given=lambda world: id_of(world.ticket)),
    Row(
        "support:attachment",
        ASKERS,
        foreign=True,
        given=lambda world: id_of(world.ticket) | {"file_id": world.ticket_file.public_id},
    ),
    # Rows that may be one pupil
    Row("support:merges", ("region", "helpdesk")),
    Row("support:merge", ("region", "helpdesk"), given=lambda world: id_of(world.merge)),
    Row(
        "support:decide_merge",
        ("region",),
        status=405,
        given=lambda world: id_of(world.merge) | {"decision": "separer"},
    ),
    # Laptops that come back
    Row("support:returns", RETURNERS),
    Row("support:return", RETURNERS, foreign=True, given=lambda world: id_of(world.device_return)),
    Row("support:return_act", RETURNERS, status=405, given=lambda world: id_of(world.device_return)),
    Row("support:departure_reason", ASKERS, status=405, given=lambda world: id_of(world.device_return)),
    Row("support:return_label", RETURNERS, foreign=True, given=lambda world: id_of(world.device_return)),
    Row("support:inspection", RECEIVERS, given=lambda world: id_of(world.device_return)),
    Row("support:warehouse", RECEIVERS),
    Row("support:replacement", RECEIVERS, status=405, given=lambda world: id_of(world.device_return)),
    Row("support:contest", open_to_all=True, status=403),
    Row("support:oppose", open_to_all=True, status=403),
    Row("support:record_opposition", ASKERS, status=405, given=convention_of),
    Row("support:lift_opposition", ASKERS, status=405, given=lambda world: id_of(world.opposition)),
]
