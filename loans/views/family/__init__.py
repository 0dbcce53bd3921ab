"""The family's pages, behind a link: check, read, sign or refuse, then « my file ». No account, phone first.

A page that another app shows to a family takes `checked_link` and `frame_of` from here.
"""

from loans.views.family.compressing import compressed
from loans.views.family.entering import checked_link, linked
from loans.views.family.frame import family_frame, frame_of
from loans.views.family.languages import answered_in_language, in_french, written_in_french


__all__ = [
    "answered_in_language",
    "checked_link",
    "compressed",
    "family_frame",
    "frame_of",
    "in_french",
    "linked",
    "written_in_french",
]
