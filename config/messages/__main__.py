"""`python -m config.messages [--check]`."""

import sys

from config.messages.checks import problems
from config.messages.merging import build


def main() -> None:
    """Build the `.mo`; with `--check`, print each problem and leave with 1 if there is one."""
    build()
    found = problems() if "--check" in sys.argv else []
    for problem in found:
        sys.stderr.write(f"{problem}\n")
    if found:
        sys.exit(f"{len(found)} problems in locale/fr/areas.")


if __name__ == "__main__":
    main()
