"""A fictitious region: schools, pupils and guardians who do not exist, and the real SIECLE files they would give.

    names       invented people's names, with the accents, ligatures, hyphens and apostrophes of real files
    region      schools and pupils from a seed: the same seed gives the same region, always
    evolutions  what a school year does to them: departures, transfers, arrivals, corrections
    siecle      the four SIECLE exports of a school, as XML or zip in ISO-8859-15
    directory   the school directory, with the columns of fr-en-annuaire-education

Tests, the demo, the benchmarks and the rehearsal all import through these files, never around them.
"""
