from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The project as an app, for the commands that need the whole house: `tick`, `demo`."""

    name = "config"
    verbose_name = "projet"
