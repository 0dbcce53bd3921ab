"""Asks this container's own web server whether it is ready: `python -m config.health_probe` leaves with 0 or 1."""

import os
import sys
import urllib.request


def main() -> None:
    """The Host header must be one the site accepts, or Django would answer 400."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    request = urllib.request.Request("http://127.0.0.1:8000/readyz", headers={"Host": host})
    try:
        urllib.request.urlopen(request, timeout=4).close()  # noqa: S310
    except OSError as error:
        sys.exit(f"Not ready: {error}")


if __name__ == "__main__":
    main()
