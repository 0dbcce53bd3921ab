"""The family's pages, behind a link: check, read, sign or refuse, then « my file ». No account, phone first.

A page that another app shows to a family takes `checked_link` and `frame_of` from here.
"""

from loans.views.family.entering import checked_link, linked
from loans.views.family.frame import frame_of


__all__ = ["checked_link", "frame_of", "linked"]
