"""`python -m config.messages [--check] [--languages]`."""

import sys

from config.messages.checks import problems
from config.messages.families import PLURALS, family_problems, progress_of
from config.messages.merging import build_all


def main() -> None:
    """Build the `.mo`; with `--check`, print each problem and leave with 1 if there is one.

    A sentence that a family's language still lacks is told and read in French meanwhile: it stops nobody.
    """
    build_all()
    found = [*problems(), *family_problems()] if "--check" in sys.argv else []
    for problem in found:
        sys.stderr.write(f"{problem}\n")
    if "--languages" in sys.argv or "--check" in sys.argv:
        tell_languages(with_sentences="--languages" in sys.argv)
    if found:
        sys.exit(f"{len(found)} problems in locale/.")


def tell_languages(*, with_sentences: bool) -> None:
    """One line a language; with each missing sentence when asked for."""
    for progress in map(progress_of, PLURALS):
        sys.stdout.write(
            f"{progress.code}: {progress.translated} translated, {progress.to_review} to review, "
            f"{len(progress.missing)} missing\n"
        )
        if with_sentences:
            sys.stdout.writelines(f"  {sentence}\n" for sentence in progress.missing)


if __name__ == "__main__":
    main()
