"""One of each thing that a night of enrolments leaves, for the permission table."""

from datetime import date

from django.utils import timezone

from schools.enums import BatchSchoolState, BatchState, ImportState
from schools.feeds.deliveries import keep
from schools.feeds.enums import PullState, SourceKind, UseOutcome, Way
from schools.feeds.tokens import log_use, make_token
from schools.models import (
    EnrolmentImport,
    EnrolmentNight,
    FeedDelivery,
    FeedPull,
    FeedSource,
    FeedToken,
    ImportBatch,
    MergeProposal,
    NightSchool,
)
from tests.cast import AT, ON, Cast, make_pupil


def make_batch(cast: Cast) -> ImportBatch:
    """A table the school sent, read, with something to mend."""
    batch = ImportBatch.objects.create(
        campaign=cast.campaign,
        school=cast.tilleuls,
        state=BatchState.READY,
        sent_by=cast.roux,
        sent_at=AT,
        read_at=AT,
    )
    place = "ligne 3, « Date de naissance » : « avril » n’est pas une date."
    finding = {
        "code": "bad_cell",
        "level": "warning",
        "sentence": "Une case est illisible.",
        "remedy": "Corrigez.",
    }
    pupil = {"name": "DELORME Alix", "birth_on": "14/03/2011", "ine": "", "class_code": "2GT3", "mef": ""}
    batch.schools.create(
        rank=0,
        uai=cast.tilleuls.uai,
        name=cast.tilleuls.name,
        state=BatchSchoolState.READ,
        outcome=ImportState.APPLIED,
        counts={"listed": 2, "enrolled": 2, "arrivals": 1, "changes": 0, "departures": 0},
        preview={
            "rows": [pupil | {"guardians": [{"name": "DELORME Anne", "email": "anne@example.org"}]}],
            "people": {"arrival": {"count": 1, "first": [{"name": "DELORME Alix", "class_code": "2GT3"}]}},
            "findings": [finding | {"count": 1, "places": [place]}],
            "lines": [finding | {"line": 3, "place": place}],
        },
    )
    return batch


def make_held_import(cast: Cast) -> EnrolmentImport:
    return EnrolmentImport.objects.create(
        school=cast.tilleuls,
        campaign=cast.campaign,
        uai=cast.tilleuls.uai,
        source="siecle",
        state=ImportState.HELD,
        content_sha256="a" * 64,
        received_at=AT,
        for_date=ON,
        counts={"listed": 1, "enrolled": 1, "arrivals": 0, "changes": 0, "departures": 41},
    )


def make_night(cast: Cast, held: EnrolmentImport) -> EnrolmentNight:
    """The night that held the file of Alix's school."""
    night = EnrolmentNight.objects.create(campaign=cast.campaign, for_date=ON, started_at=AT, folder="depot")
    row = {"school": held.school, "uai": held.uai, "state": "running", "outcome": held.state}
    NightSchool.objects.create(night=night, enrolment_import=held, **row)
    return night


def make_merge_proposal(cast: Cast, held: EnrolmentImport) -> MergeProposal:
    """Alix came again under another number."""
    twin = make_pupil(cast.alix.family_name, cast.alix.given_name, "123456789AE", cast.alix.birth_on)
    return MergeProposal.objects.create(
        pupil=cast.alix, newcomer=twin, enrolment_import=held, asked_by=cast.sam, created_at=AT
    )


def make_feed_token(cast: Cast) -> FeedToken:
    """A machine of Mme Roux's school, seen once."""
    token, _text = make_token(
        name="Serveur du lycée",
        covers_region=False,
        uais=[cast.tilleuls.uai],
        expires_on=date(2027, 7, 6),
        by=cast.sam,
        at=AT,
    )
    log_use(token=token, outcome=UseOutcome.ACCEPTED, at=AT, address="192.0.2.7", uais=[cast.tilleuls.uai])
    return token


def make_feed_source(cast: Cast) -> FeedSource:
    """SYGNE, which refused our key for Mme Roux's school today."""
    source = FeedSource.objects.create(
        programme=cast.campaign.programme,
        kind=SourceKind.SYGNE,
        base_url="https://sygne.example.org/api",
        key_id="cartable",
        changed_by=cast.sam,
        changed_at=AT,
    )
    FeedPull.objects.create(
        source=source,
        school=cast.tilleuls,
        for_date=timezone.localdate(),
        state=PullState.FAILED,
        outcome="credentials",
    )
    return source


def make_unreadable_delivery(cast: Cast) -> FeedDelivery:
    """A file of the drop folder that nobody could read."""
    problem = {"code": "bad_xml", "sentence": "Ce fichier est coupé.", "remedy": "Exportez-le.", "place": ""}
    delivery, _is_new = keep(
        files=[("eleves.xml", b"<BEE_ELEVES>")],
        campaign=cast.campaign,
        way=Way.DROP,
        sender="dossier de dépôt",
        uais=[cast.tilleuls.uai],
        at=AT,
        problems=[problem],
    )
    return delivery
