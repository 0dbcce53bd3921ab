"""People who sign in: roles, scopes, invitations."""
