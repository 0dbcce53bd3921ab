"""Who signs in to the demo. One password for all, printed by `make run`; nobody here exists."""

from dataclasses import dataclass
from datetime import datetime

from accounts.enums import Role
from accounts.models import User
from schools.enums import StaffFunction
from schools.models import School, SchoolStaff


PASSWORD = "cartable-demo-2026"  # noqa: S105 - of fictitious accounts, on a developer's machine


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    role: str
    first_name: str
    last_name: str
    what: str

    @property
    def email(self) -> str:
        return f"{self.name}@example.org"


ACCOUNTS = (
    Account("region", Role.REGION, "Claire", "Vasseur", "la Région : règles, chiffres, imports"),
    Account(
        "region-adjoint", Role.REGION, "Denis", "Faure", "la Région aussi : la seconde personne, qui décide"
    ),
    Account("logistique", Role.SUPPLIER, "Malik", "Thibault", "le logisticien : planning et guichet"),
    Account("assistance", Role.HELPDESK, "Inès", "Carpentier", "l’assistance : demandes et retours"),
    Account(
        "proviseure", Role.SCHOOL, "Hélène", "Roux", "un lycée, à quelques jours de son contrôle du seuil"
    ),
    Account("gestionnaire", Role.SCHOOL, "Bruno", "Lemaire", "un lycée déjà livré, et son voisin"),
    Account("entrepot", Role.WAREHOUSE, "Yann", "Kerviel", "l’entrepôt : stock, colis, retours"),
)


def make_accounts() -> dict[str, User]:
    """The accounts by their short name."""
    return {
        account.name: User.objects.create_user(
            account.email,
            PASSWORD,
            role=account.role,
            first_name=account.first_name,
            last_name=account.last_name,
        )
        for account in ACCOUNTS
    }


def give_school(user: User, school: School, *, function: str = StaffFunction.HEAD, at: datetime) -> None:
    SchoolStaff.objects.create(school=school, user=user, function=function, started_on=at.date())
