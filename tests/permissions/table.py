"""Who may open what: every address of the site, one row each, by area."""

from tests.permissions.distribution import DISTRIBUTION
from tests.permissions.loans import LOANS
from tests.permissions.public import PUBLIC
from tests.permissions.reports import REPORTS
from tests.permissions.schools import SCHOOLS
from tests.permissions.support import SUPPORT


TABLE = [*PUBLIC, *LOANS, *REPORTS, *SCHOOLS, *DISTRIBUTION, *SUPPORT]
