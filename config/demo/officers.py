"""Two people of the region: what one asks, the other decides. Some questions are left open for the newcomer."""

from datetime import date, timedelta

from accounts.models import User
from config.demo.calendar import at
from config.demo.region import DemoRegion
from loans.reverting import ask_revert, revert_import
from schools.enums import ImportState
from schools.feeds.tokens import make_token
from schools.imports.merging import keep_apart
from schools.models import EnrolmentImport, FeedToken, ImportRevert, MergeProposal


REASON = "Le lycée a envoyé les classes de l’année dernière : il s’en est aperçu ce matin."


class Officers:
    def __init__(self, region: DemoRegion, officer: User, colleague: User) -> None:
        self.region, self.officer, self.colleague = region, officer, colleague

    def ask_to_undo(self, rank: int, day: date) -> ImportRevert:
        """The colleague asks; the officer may decide from her page (X7)."""
        applied = EnrolmentImport.objects.filter(school=self.region.school(rank), state=ImportState.APPLIED)
        return ask_revert(
            imported=applied.latest("applied_at"),
            by=self.colleague,
            at=at(day, 8, 50),
            on=day,
            reason=REASON,
        )

    def open_the_door(self, day: date) -> FeedToken:
        """A token, so that the schools' own application may send their files by itself (N1)."""
        token, _text = make_token(
            name="ENT des lycées",
            covers_region=True,
            uais=[],
            expires_on=day + timedelta(days=300),
            by=self.officer,
            at=at(day, 11),
        )
        return token

    def undo(self, rank: int, day: date) -> None:
        """Asked by one, done by the other."""
        revert = self.ask_to_undo(rank, day)
        comment = "Confirmé avec la proviseure au téléphone."
        revert_import(revert=revert, by=self.officer, at=at(day, 9, 15), on=day, comment=comment)

    def keep_two_people_apart(self, day: date) -> None:
        """The first question about a double: two cousins (the others wait)."""
        question = MergeProposal.objects.open().order_by("pk").first()
        if question:
            comment = "Deux cousins : le secrétariat a les deux actes de naissance."
            keep_apart(proposal=question, by=self.colleague, at=at(day, 10), comment=comment)
