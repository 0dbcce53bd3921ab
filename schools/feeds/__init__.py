"""The ways enrolment files come in without a person: a folder, an address to push to, services that are asked.

    dropping     the drop folder: which files are whole, which go to quarantine, which are tidied away
    tokens       who may push: made, revoked, recognised, each use logged
    deliveries   files received once, kept encrypted, then read: the receipt a sender follows
    adapters     one service each: SIECLE NetSynchro, SYGNE, FREGATA
    pulling      which schools are due today, who asks for them, what became of it
    purging      raw files deleted when the rules say

Whatever the way, a file is stored first and read by `schools.imports`, which knows nothing of how it came.
"""
