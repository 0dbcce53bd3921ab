"""The table: one row an address. `staff` are the roles that may open it; the others meet 403, strangers sign in.

`foreign`: the row names something of Mme Roux's school, and M. Petit must meet 404. `open_to_all`: no account asked.
`status`: what those let in receive (405 for addresses that only take POST, 302 for those that lead elsewhere).
`exactly`: the whole line, where no rule fits.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


STAFF = ("region", "supplier", "helpdesk", "school", "warehouse")
OFFICE = ("region", "supplier", "helpdesk")
READERS = ("region", "helpdesk", "school")
ASKERS = ("region", "helpdesk", "school")
RECEIVERS = ("region", "helpdesk", "warehouse")
RETURNERS = (*RECEIVERS, "school")


@dataclass(frozen=True)
class Row:
    name: str
    staff: tuple[str, ...] = ()
    open_to_all: bool = False
    foreign: bool = False
    status: int = 200
    anonymous: int = 302
    given: Callable[[Any], dict[str, Any]] = field(default=lambda world: {})
    headers: dict[str, str] = field(default_factory=dict)
    exactly: dict[str, int] | None = None

    def arguments(self, world: Any) -> dict[str, Any]:
        return self.given(world)

    def expected(self) -> dict[str, int]:
        if self.exactly:
            return self.exactly
        if self.open_to_all:
            return dict.fromkeys(("anonymous", *STAFF), self.status)
        return {"anonymous": self.anonymous} | {
            role: self.status if role in self.staff else 403 for role in STAFF
        }


def only_post() -> dict[str, int]:
    """An address that only takes POST: a stranger signs in first, everybody else meets 405."""
    return {"anonymous": 302} | dict.fromkeys(STAFF, 405)


def delivery_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.delivery.public_id}


def line_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.line.public_id}


def parcel_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.parcel.public_id}


def _id(thing: Any) -> dict[str, Any]:
    return {"public_id": thing.public_id}


WRITERS = ("region", "helpdesk", "school")


def convention_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.convention.public_id}


def mailing_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.mailing.public_id}


def campaign_of(world: Any) -> dict[str, Any]:
    return {"slug": world.cast.campaign.slug}


def scan_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.scanned_page.scan.public_id}


def scanned_page_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.scanned_page.public_id}


def paper_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.paper_copy.public_id}


def device_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.device_return.loan.device.public_id}


def loan_of(world: Any) -> dict[str, Any]:
    return {"public_id": world.device_return.loan.public_id}


TABLE = [
    # Public pages
    Row("start", open_to_all=True),
    Row("help", open_to_all=True),
    Row("accessibility", open_to_all=True),
    Row("privacy", open_to_all=True),
    Row("theme", open_to_all=True, given=lambda world: {"slug": world.cast.campaign.programme.slug}),
    Row("livez", open_to_all=True),
    Row("readyz", open_to_all=True),
    Row("metrics", open_to_all=True, status=404),
    # The demo's inbox exists only while DEBUG is on
    Row("inbox:list", open_to_all=True, status=404),
    Row("inbox:letter", open_to_all=True, status=404, given=lambda world: {"name": "1-a"}),
    Row("inbox:attachment", open_to_all=True, status=404, given=lambda world: {"name": "1-a", "number": 1}),
    Row("theme", open_to_all=True, given=lambda world: {"slug": "normandie"}),
    # The voted rules
    Row("programmes:rules", (*OFFICE, "school")),
    Row("programmes:campaign_rules", (*OFFICE, "school"), given=lambda world: {"slug": "normandie-2026"}),
    Row(
        "programmes:rules_version",
        (*OFFICE, "school"),
        given=lambda world: {"slug": "normandie-2026", "number": 1},
    ),
    # Signing in
    Row("accounts:sign_in", exactly={"anonymous": 200} | dict.fromkeys(STAFF, 302)),
    Row("accounts:sign_out", open_to_all=True, status=405),
    Row("accounts:accept_invitation", open_to_all=True, status=410, given=lambda world: {"token": "none"}),
    Row("accounts:people", ("region",)),
    Row(
        "accounts:invite_again",
        ("region",),
        status=405,
        given=lambda world: {"public_id": world.cast.lou.public_id},
    ),
    Row("loans:check_document", open_to_all=True),
    # The family's pages open by a link, never by an account
    Row("loans:open_link", open_to_all=True, status=404, given=lambda world: {"token": "none"}),
    Row("loans:family", open_to_all=True, status=403),
    Row("loans:family_check", open_to_all=True, status=405),
    Row("loans:family_code", open_to_all=True, status=403),
    Row("loans:family_code_send", open_to_all=True, status=405),
    Row("loans:family_other_phone", open_to_all=True, status=403),
    Row("loans:family_share", open_to_all=True, status=405),
    Row("loans:family_close_shared", open_to_all=True, status=405),
    Row("loans:family_renew", open_to_all=True, status=405),
    Row("loans:family_lost", open_to_all=True),
    Row("loans:family_sign", open_to_all=True, status=405),
    Row("loans:family_refuse", open_to_all=True, status=403),
    Row("loans:family_sign_after_all", open_to_all=True, status=403),
    Row("loans:family_leave", open_to_all=True, status=403),
    Row("loans:family_document", open_to_all=True, status=403),
    Row("loans:family_proof", open_to_all=True, status=403),
    # Conventions, paper, devices and loans
    Row("loans:conventions", (*OFFICE, "school")),
    Row("loans:calls", WRITERS),
    Row(  # of a school: the region and the helpdesk name one
        "loans:calls_print",
        exactly={"anonymous": 302, "region": 404, "helpdesk": 404, "school": 200}
        | dict.fromkeys(("supplier", "warehouse"), 403),
    ),
    Row("loans:letters", WRITERS, status=405),
    Row("loans:call", WRITERS, status=405, given=convention_of),
    Row("loans:convention_retry", WRITERS, status=405, given=convention_of),
    Row("reports:export_calls", READERS, status=405, given=lambda world: {"file_format": "csv"}),
    Row("loans:mailings", ("region",)),
    Row("loans:mailing_prepare", ("region",)),
    Row("loans:mailing", ("region",), given=mailing_of),
    Row("loans:mailing_progress", ("region",), given=mailing_of),
    *(
        Row(f"loans:mailing_{act}", ("region",), status=405, given=mailing_of)
        for act in ("launch", "approve", "decline", "recount", "stop", "resume", "drop")
    ),
    *(
        Row(f"core:reports_{provider}", open_to_all=True, status=405)
        for provider in ("brevo", "mailgun", "mailjet", "postmark")
    ),
    Row("loans:texts", OFFICE, status=302),
    Row("loans:campaign_texts", OFFICE, given=campaign_of),
    Row("loans:text", OFFICE, given=lambda world: campaign_of(world) | {"number": 1}),
    Row("loans:compare_texts", OFFICE, given=campaign_of),
    Row(
        "loans:preview_text",
        ("region", "helpdesk"),
        given=lambda world: campaign_of(world) | {"number": world.cast.campaign.rules.number},
    ),
    Row("loans:authority_signature", ("region",), given=campaign_of),
    Row("loans:convention", (*OFFICE, "school"), foreign=True, given=convention_of),
    Row("loans:convention_document", (*OFFICE, "school"), foreign=True, status=404, given=convention_of),
    Row("loans:convention_proof", WRITERS, foreign=True, status=404, given=convention_of),
    Row("loans:convention_proof_file", WRITERS, foreign=True, status=404, given=convention_of),
    Row("loans:convention_print", (*OFFICE, "school"), foreign=True, given=convention_of),
    Row("loans:convention_desk", ("supplier", "helpdesk", "school"), foreign=True, given=convention_of),
    Row("loans:convention_resend", WRITERS, status=405, given=convention_of),
    Row("loans:convention_unlock", WRITERS, status=405, given=convention_of),
    Row("loans:convention_code", ("supplier", "helpdesk", "school"), status=405, given=convention_of),
    Row("loans:convention_address", WRITERS, status=405, given=convention_of),
    Row("loans:paper", ("school",)),
    Row("loans:paper_print", ("school",)),
    Row("loans:paper_upload", ("school",), foreign=True, given=convention_of),
    Row("loans:paper_queue", ("region", "supplier")),
    Row("loans:paper_review", ("region", "supplier"), given=paper_of),
    Row("loans:paper_scan", ("region", "supplier", "school"), foreign=True, given=paper_of),
    Row("loans:scans", ("school",)),
    Row("loans:scan", ("school",), foreign=True, given=scan_of),
    Row("loans:scan_page", ("school",), foreign=True, given=scanned_page_of),
    Row("loans:scan_picture", ("school",), foreign=True, given=scanned_page_of),
    Row("loans:scan_page_send", ("school",), status=405, given=scanned_page_of),
    Row("loans:scan_page_dismiss", ("school",), status=405, given=scanned_page_of),
    Row("loans:devices", (*OFFICE, "warehouse")),
    Row("loans:devices_receive", ("supplier", "warehouse")),
    Row("loans:device", (*OFFICE, "warehouse"), given=device_of),
    Row("loans:school_loans", (*OFFICE, "school")),
    Row("loans:loan", (*OFFICE, "school"), foreign=True, given=loan_of),
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
    Row("reports:stuck_message", ("region",), given=lambda world: _id(world.stuck_message)),
    Row("reports:try_again_all", ("region",), status=405),
    Row("reports:try_again", ("region",), status=405, given=lambda world: _id(world.stuck_message)),
    Row("reports:set_message_aside", ("region",), status=405, given=lambda world: _id(world.stuck_message)),
    Row("reports:api_figures", ("region",), anonymous=403),
    Row("reports:api_schema", STAFF, anonymous=403),
    Row("reports:api_docs", STAFF, anonymous=403),
    # Schools and their enrolment files
    Row("schools:list", OFFICE),
    Row("distribution:kit", (*OFFICE, "school"), foreign=True, given=lambda world: {"uai": "0140101J"}),
    Row(
        "distribution:kit_piece",
        (*OFFICE, "school"),
        foreign=True,
        given=lambda world: {"uai": "0140101J", "name": "affiche"},
    ),
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
    Row("reports:export_quality", READERS, status=405, given=lambda world: {"file_format": "csv"}),
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
    Row("loans:ask_revert", ("region",), status=405, given=lambda world: _id(world.held)),
    Row("loans:agree_revert", ("region",), status=405, given=lambda world: _id(world.revert)),
    Row("loans:refuse_revert", ("region",), status=405, given=lambda world: _id(world.revert)),
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
    Row("schools:feed_token", ("region",), given=lambda world: _id(world.feed_token)),
    Row("schools:feed_revoke", ("region",), status=405, given=lambda world: _id(world.feed_token)),
    Row("schools:feed_sources", ("region",)),
    Row("schools:feed_source_add", ("region",)),
    Row("schools:feed_source", ("region",), given=lambda world: _id(world.feed_source)),
    Row("schools:feed_try", ("region",), status=405, given=lambda world: _id(world.feed_source)),
    Row("schools:feed_ask_again", ("region",), status=405, given=lambda world: _id(world.feed_source)),
    Row("schools:feed_set_aside", ("region",)),
    Row("schools:feed_delivery", ("region",), given=lambda world: _id(world.feed_delivery)),
    Row("schools:api_push", exactly=dict.fromkeys(("anonymous", *STAFF), 401)),
    Row(
        "schools:api_receipt",
        exactly=dict.fromkeys(("anonymous", *STAFF), 401),
        given=lambda world: {"public_id": world.held.public_id},
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
    Row("distribution:calendar_file", open_to_all=True, status=404, given=lambda world: {"token": "none"}),
    # The helpdesk
    Row("support:tickets", ASKERS),
    Row("support:new_ticket", ASKERS),
    Row("support:ticket", ASKERS, foreign=True, given=lambda world: _id(world.ticket)),
    Row("support:reply", ASKERS, status=405, given=lambda world: _id(world.ticket)),
    Row("support:act", ASKERS, status=405, given=lambda world: _id(world.ticket)),
    Row("support:police_report", ASKERS, foreign=True, given=lambda world: _id(world.ticket)),
    Row(
        "support:attachment",
        ASKERS,
        foreign=True,
        given=lambda world: _id(world.ticket) | {"file_id": world.ticket_file.public_id},
    ),
    # Rows that may be one pupil
    Row("support:merges", ("region", "helpdesk")),
    Row("support:merge", ("region", "helpdesk"), given=lambda world: _id(world.merge)),
    Row(
        "support:decide_merge",
        ("region",),
        status=405,
        given=lambda world: _id(world.merge) | {"decision": "separer"},
    ),
    # Laptops that come back
    Row("support:returns", RETURNERS),
    Row("support:return", RETURNERS, foreign=True, given=lambda world: _id(world.device_return)),
    Row("support:return_act", RETURNERS, status=405, given=lambda world: _id(world.device_return)),
    Row("support:departure_reason", ASKERS, status=405, given=lambda world: _id(world.device_return)),
    Row("support:return_label", RETURNERS, foreign=True, given=lambda world: _id(world.device_return)),
    Row("support:inspection", RECEIVERS, given=lambda world: _id(world.device_return)),
    Row("support:warehouse", RECEIVERS),
    Row("support:replacement", RECEIVERS, status=405, given=lambda world: _id(world.device_return)),
    Row("support:contest", open_to_all=True, status=403),
    Row("support:oppose", open_to_all=True, status=403),
    Row("support:record_opposition", ASKERS, status=405, given=convention_of),
    Row("support:lift_opposition", ASKERS, status=405, given=lambda world: _id(world.opposition)),
    # What the region voted
    Row("programmes:rules", ("region", "supplier", "helpdesk", "school")),
    Row(
        "programmes:campaign_rules",
        ("region", "supplier", "helpdesk", "school"),
        given=lambda world: {"slug": world.cast.campaign.slug},
    ),
    Row(
        "programmes:rules_version",
        ("region", "supplier", "helpdesk", "school"),
        given=lambda world: {"slug": world.cast.campaign.slug, "number": 1},
    ),
]
