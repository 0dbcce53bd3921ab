"""The words of the interface. French: `locale/fr/areas/*.po`, one an area. Families' other languages:
`locale/<code>/family.po`. Each merged into the `.mo` Django reads.

English sentences are the keys. `python -m config.messages` builds the `.mo`; `--check` lists what is missing,
stale or contradictory; `--languages` says how far each language is. None needs GNU gettext.
"""
