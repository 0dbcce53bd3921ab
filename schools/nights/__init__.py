"""A night of imports, school after school, by as many workers as there are.

    sorting      the drop folder → whose file, of which day, by headers alone
    opening      the rows of the nights to play, missed ones first
    playing      take one school, import it, write what became of it; the last one closes the night
    ringing      wake the workers, and wake them again
    figures      what a night adds up to

The rows are the queue (`schools.models.night`): a worker killed in the middle loses its lease and another takes the
school; a school's import and its result are one transaction, so nothing is imported twice and nothing is lost.
"""
