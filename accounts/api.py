"""The API's doors: closed unless a viewset names its roles."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request


class DenyAll(BasePermission):
    """The default: an endpoint that forgot its rule answers nobody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False


class RolesAllowed(BasePermission):
    """Lets in the roles listed in the view's `allowed_roles`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.is_authenticated and request.user.has_role(*view.allowed_roles)
