"""What keeps a pupil from a laptop in the school's own base, pupil by pupil, what blocks first (N1).

Read from the pupils as they are, not from one file: whoever mends the base sees the line go the next morning.

issues      the kinds of things to mend, why each matters, how to mend it at the source
mending     who is concerned: counts, lines of a school, schools by need
"""
