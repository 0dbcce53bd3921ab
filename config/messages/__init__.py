"""The French of the interface: `locale/fr/areas/*.po`, one file an area, merged into the one `.mo` Django reads.

English sentences are the keys. `python -m config.messages` builds the `.mo`; `--check` lists what is missing,
stale or contradictory. Neither needs GNU gettext.
"""
