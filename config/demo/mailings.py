"""Two officers of the region look at a great mailing before it leaves."""

from datetime import date

from accounts.enums import Role
from accounts.models import User
from config.demo.calendar import at
from config.demo.region import DemoRegion
from core.outbox import deliver_due
from loans.mailings.approving import approve_mailing, launch_mailing
from loans.mailings.running import run_mailing


def approve_mailings(day: date, region: DemoRegion) -> None:
    """At nine one of them launches what waits, at half past the other approves; it has left by ten."""
    one, another = User.objects.filter(role=Role.REGION).order_by("pk")[:2]
    for mailing in region.campaign.mailings.to_decide():
        launch_mailing(mailing=mailing, by=one, at=at(day, 9))
        approved = approve_mailing(mailing=mailing, by=another, at=at(day, 9, 30))
        run_mailing(mailing=approved, on=day, at=at(day, 9, 30))
        deliver_due(at=at(day, 10))
