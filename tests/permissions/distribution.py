"""Deliveries, the desk of the day, parcels, and the laptop's own pages."""

from tests.permissions.rows import OFFICE, STAFF, Row, delivery_of, line_of, only_post, parcel_of


DISTRIBUTION = [
    Row("distribution:kit", (*OFFICE, "school"), foreign=True, given=lambda world: {"uai": "0140101J"}),
    Row(
        "distribution:kit_piece",
        (*OFFICE, "school"),
        foreign=True,
        given=lambda world: {"uai": "0140101J", "name": "affiche"},
    ),
    # Deliveries
    Row("distribution:planning", ("region", "supplier")),
    Row("distribution:propose_all", exactly=only_post()),
    Row("distribution:propose", ("supplier",), given=lambda world: {"uai": world.cast.rivage.uai}),
    Row("distribution:deliveries", ("school",)),
    Row("distribution:desk_list", ("supplier",)),
    Row("distribution:delivery", (*OFFICE, "school"), foreign=True, given=delivery_of),
    Row("distribution:accept", exactly=only_post(), given=delivery_of),
    Row("distribution:decline", exactly=only_post(), given=delivery_of),
    Row("distribution:cancel", exactly=only_post(), given=delivery_of),
    Row("distribution:decide", exactly=only_post(), given=delivery_of),
    Row("distribution:move", ("supplier",), given=delivery_of),
    Row("distribution:desk", ("supplier",), given=delivery_of),
    Row("distribution:desk_matches", ("supplier",), given=delivery_of),
    Row("distribution:desk_side", ("supplier",), given=delivery_of),
    Row("distribution:open_desk", exactly=only_post(), given=delivery_of),
    Row("distribution:hand_over", exactly=only_post(), given=delivery_of),
    Row("distribution:roll", ("supplier",), given=delivery_of),
    Row("distribution:close", ("supplier",), given=delivery_of),
    Row("distribution:undo", exactly=only_post(), given=line_of),
    Row("distribution:absent", exactly=only_post(), given=line_of),
    Row("distribution:present", exactly=only_post(), given=line_of),
    Row("distribution:parcels", STAFF),
    Row("distribution:parcel", STAFF, foreign=True, given=parcel_of),
    Row("distribution:prepare_parcel", exactly=only_post(), given=parcel_of),
    Row("distribution:ship_parcel", exactly=only_post(), given=parcel_of),
    Row("distribution:receive_parcel", exactly=only_post(), given=parcel_of),
    Row("distribution:hand_over_parcel", exactly=only_post(), given=parcel_of),
    Row("distribution:cancel_parcel", exactly=only_post(), given=parcel_of),
    Row("distribution:laptop", open_to_all=True, status=403),
    Row("distribution:follow_up", open_to_all=True, status=410, given=lambda world: {"token": "none"}),
    Row("distribution:calendar_file", open_to_all=True, status=410, given=lambda world: {"token": "none"}),
]
