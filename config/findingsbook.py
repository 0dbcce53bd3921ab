"""`python -m config.findingsbook` writes docs/findings.md from the catalogues themselves, so that it cannot drift.

With --check it only says whether the page is up to date (a test asks).
"""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from config.books import keep_book
from core.findings import FindingKind, Level


PAGE = Path(__file__).resolve().parent.parent / "docs" / "findings.md"
HEAD = """# Les anomalies d’un import

Tout ce qu’un import peut dire d’un fichier, avec le remède à la source. Page écrite par `python -m config.findingsbook`
à partir des catalogues du code : ajoutez-y l’anomalie, puis relancez la commande (un test compare).

- **refus** : rien du fichier n’est appliqué tant que ce n’est pas corrigé ;
- **bloquant** : le reste est appliqué, mais l’élève n’aura pas d’ordinateur tant que ce n’est pas corrigé ;
- **à corriger** : la ligne est appliquée, et quelque chose est à corriger à la source ;
- **pour information** : rien à faire.
"""
LEVELS = {
    Level.REFUSAL: "refus",
    Level.BLOCKING: "bloquant",
    Level.WARNING: "à corriger",
    Level.NOTE: "pour information",
}


def page() -> str:
    """The whole of docs/findings.md, in French: it is for schools."""
    from django.utils.translation import override

    with override("fr"):
        return HEAD + "".join(f"\n{section(title, module)}" for title, module in sections())


def sections() -> Iterator[tuple[str, ModuleType]]:
    from schools import directory
    from schools.sources import catalogue, refusals
    from schools.sources.tables import wording

    yield "Refusé avant d’être lu", refusals
    yield "Dans un fichier d’effectifs", catalogue
    yield "Dans un tableau (CSV, XLSX)", wording
    yield "Dans l’annuaire des établissements", directory


def kinds_of(module: ModuleType) -> list[FindingKind]:
    """The findings a module declares, the most serious first, then by code."""
    found = {kind.code: kind for kind in vars(module).values() if isinstance(kind, FindingKind)}
    return sorted(found.values(), key=lambda kind: (list(Level).index(kind.level), kind.code))


def section(title: str, module: ModuleType) -> str:
    rows = "\n".join(
        f"| `{kind.code}` | {LEVELS[kind.level]} | {_cell(kind.sentence)} | {_cell(kind.remedy)} |"
        for kind in kinds_of(module)
    )
    return f"## {title}\n\n| code | gravité | ce que c’est | que faire |\n| --- | --- | --- | --- |\n{rows}\n"


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|")


if __name__ == "__main__":
    keep_book(PAGE, page, "config.findingsbook")
