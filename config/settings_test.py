"""The settings of the test suite: the real ones, on servers that forget, with quick passwords, plain files.

DATABASE_URL and REDIS_URL point the suite at other servers; each xdist worker has its own databases in both.
"""

import os
from urllib.parse import urlsplit, urlunsplit

from config.embedded import EmbeddedServers, data_folder
from config.messages.merging import build_all as build_messages


def _name_servers() -> None:
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        return
    servers = EmbeddedServers(data_folder() / "test", durable=False)
    servers.enter()
    servers.write_environment()


def _own_database(url: str) -> str:
    """Worker gw3 rings in database 4; a run without workers in database 0."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")
    return urlunsplit(urlsplit(url)._replace(path=f"/{int(worker) + 1}"))


build_messages()
_name_servers()
os.environ["REDIS_URL"] = _own_database(os.environ["REDIS_URL"])
os.environ["CARTABLE_DATA"] = str(data_folder() / "test" / os.environ.get("PYTEST_XDIST_WORKER", "main"))
os.environ["SECRET_KEY"] = "a-key-for-tests-only-that-signs-nothing-of-value-anywhere"  # noqa: S105
os.environ["DEBUG"] = "0"
os.environ["SEAL_KEY"] = "test"
os.environ["TIMESTAMP_URL"] = ""
os.environ["HTTPS"] = "0"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"

from config.settings import *  # noqa: E402, F403
from config.settings import STORAGES as REAL_STORAGES  # noqa: E402


PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = REAL_STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
