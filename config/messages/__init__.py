"""The French of the interface: `locale/fr/areas/*.po`, one an area, merged into the `.mo` Django reads.

English sentences are the keys. `python -m config.messages` builds the `.mo`; `--check` lists what is missing,
stale or contradictory. Neither needs GNU gettext.
"""
