"""Who may do what with tickets and returns."""

from accounts.enums import Role
from accounts.models import User


AGENTS = (Role.HELPDESK, Role.REGION)
ASKERS = (*AGENTS, Role.SCHOOL)
RECEIVERS = (Role.WAREHOUSE, *AGENTS)
RETURNERS = (*RECEIVERS, Role.SCHOOL)
SCHOOL_ACTS = ("confirm",)


def can_use_macro(user: User, code: str) -> bool:
    """One must be an agent; a school may only say that the laptop was handed over."""
    return user.has_role(*AGENTS) or (user.has_role(Role.SCHOOL) and code in SCHOOL_ACTS)
