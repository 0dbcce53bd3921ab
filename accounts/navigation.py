"""The staff's menu: one list a role. An entry shows only if its page exists: faces are built one by one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """A page of the menu: the name of its URL, its words and its icon."""

    url_name: str
    label: str | Promise
    icon: str


@dataclass(frozen=True)
class Group:
    label: str | Promise
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Link:
    """An entry whose page exists; `current` is aria-current's value on the page itself or below it."""

    url: str
    label: str
    icon: str
    current: str

    @property
    def is_current(self) -> bool:
        return bool(self.current)


HOME = Entry("home", _("Dashboard"), "house")
CALLS = Entry("loans:calls", _("Families to call"), "telephone")
DEVICES = Entry("loans:devices", _("Devices"), "laptop")
PARCELS = Entry("distribution:parcels", _("Named parcels"), "box-seam")
PUPILS = Entry("reports:pupils", _("Pupils"), "mortarboard")
RETURNS = Entry("support:returns", _("Returns"), "arrow-return-left")
SCHOOLS = Entry("schools:list", _("Schools"), "buildings")

FIRST = Group("", (HOME,))


def _find(*entries: Entry) -> Group:
    return Group(_("Find"), entries)


def _year(*entries: Entry) -> Group:
    return Group(_("The year"), entries)


REGION = (
    Group("", (HOME, Entry("reports:overview", _("The programme in figures"), "bar-chart"))),
    Group(
        _("The programme"),
        (
            Entry("programmes:rules", _("Voted rules"), "sliders"),
            SCHOOLS,
            Entry("schools:imports", _("Enrolment imports"), "upload"),
            Entry("schools:findings", _("Bases to mend"), "flag"),
            Entry("support:merges", _("Possible duplicates"), "people"),
            Entry("schools:feed_tokens", _("How files come in"), "inbox"),
        ),
    ),
    _year(
        PUPILS,
        Entry("loans:conventions", _("Conventions"), "file-earmark-text"),
        Entry("loans:mailings", _("Mailings"), "send"),
        Entry("distribution:planning", _("Deliveries"), "truck"),
        DEVICES,
        Entry("support:tickets", _("Requests"), "headset"),
        RETURNS,
    ),
    Group(
        _("People"),
        (
            Entry("accounts:people", _("Accounts and invitations"), "people"),
            Entry("reports:stuck_messages", _("Messages not sent"), "envelope-exclamation"),
        ),
    ),
)
SUPPLIER = (
    FIRST,
    Group(
        _("Distribution"),
        (
            Entry("distribution:planning", _("Planning"), "calendar-week"),
            Entry("distribution:desk_list", _("Delivery-day desk"), "upc-scan"),
            PARCELS,
            Entry("loans:paper_queue", _("Paper copies to check"), "clipboard-check"),
        ),
    ),
    _find(SCHOOLS, DEVICES),
)
HELPDESK = (
    FIRST,
    Group(_("Requests"), (Entry("support:tickets", _("Queue"), "inbox"), CALLS, RETURNS)),
    _find(PUPILS, SCHOOLS, DEVICES),
)
SCHOOL = (
    FIRST,
    Group(
        _("My school"),
        (
            Entry("reports:pupils", _("Pupils and signatures"), "mortarboard"),
            Entry("schools:findings", _("To mend in the base"), "flag"),
            Entry("schools:imports", _("Enrolment imports"), "upload"),
            CALLS,
            Entry("loans:paper", _("Paper conventions"), "printer"),
        ),
    ),
    _year(
        Entry("distribution:deliveries", _("Delivery day"), "truck"),
        Entry("loans:school_loans", _("Laptops on loan"), "laptop"),
        Entry("support:tickets", _("Requests for help"), "headset"),
        RETURNS,
    ),
)
WAREHOUSE = (
    FIRST,
    Group(
        _("Warehouse"),
        (
            DEVICES,
            PARCELS,
            Entry("support:warehouse", _("Receive and prepare"), "upc-scan"),
            Entry("support:returns", _("Returns received"), "arrow-return-left"),
        ),
    ),
)

NAVIGATION: Mapping[str, tuple[Group, ...]] = {
    "region": REGION,
    "supplier": SUPPLIER,
    "helpdesk": HELPDESK,
    "school": SCHOOL,
    "warehouse": WAREHOUSE,
}


def address(url_name: str, *args: object) -> str:
    """The address of a page; "" while that page is not built."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


def menu_of(role: str, path: str) -> list[dict]:
    """The groups of links that this role may open, empty groups left out.

    The current entry is the one whose address begins the path and is the longest to do so.
    """
    groups = NAVIGATION.get(role, ())
    addresses = {entry.url_name: address(entry.url_name) for group in groups for entry in group.entries}
    above = [url for url in addresses.values() if url and path.startswith(url)]
    here = max(above, key=len, default="")
    menu = ({"label": group.label, "entries": list(_links(group, addresses, here, path))} for group in groups)
    return [group for group in menu if group["entries"]]


def _links(group: Group, addresses: Mapping[str, str], here: str, path: str) -> Iterator[Link]:
    for entry in group.entries:
        if url := addresses[entry.url_name]:
            current = "" if url != here else "page" if url == path else "true"
            yield Link(url, str(entry.label), entry.icon, current)


def _viewer(request: HttpRequest) -> dict[str, str]:
    user = request.user
    role = getattr(user, "get_role_display", lambda: "")()
    return {
        "name": getattr(user, "get_full_name", user.get_username)() or user.get_username(),
        "role": role,
        "space": role or gettext("Staff"),
        "sign_out_url": address("accounts:sign_out"),
    }


def navigation(request: HttpRequest) -> dict:
    """Context processor: `navigation` and `viewer`, computed only on pages that draw the staff's frame."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "viewer": {"name": "", "role": "", "space": "", "sign_out_url": ""}}
    return {
        "navigation": SimpleLazyObject(lambda: menu_of(getattr(user, "role", ""), request.path)),
        "viewer": SimpleLazyObject(lambda: _viewer(request)),
    }
