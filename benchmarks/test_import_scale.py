"""From 60 schools to all the lycées of France: time per pupil grows ≤ 1.3 × from the first to the last (issue 3).

One base that grows: each step loads the schools that the one before had not. `BENCH_SCALE=60,670,3700` with
`BENCH_SCALE_PUPILS=600` is the whole country, 2.2 million pupils.
"""

import os
from itertools import pairwise

import pytest

from benchmarks.region_files import write_files
from benchmarks.workers import open_region, running_workers


STEPS = [int(count) for count in os.environ.get("BENCH_SCALE", "60,670,1340").split(",")]
PUPILS = int(os.environ.get("BENCH_SCALE_PUPILS", "150"))
LIMIT = 1.3
PEAK_MB = 300
WARM = 4  # schools before the clock: a worker's first one is slower, and would flatter the others


@pytest.mark.trust(38)
@pytest.mark.django_db(transaction=True)
def test_time_per_pupil_as_the_base_grows(tmp_path):
    files = write_files(tmp_path, schools=STEPS[-1], pupils=PUPILS)
    campaign, folders, per_pupil = open_region(files), files.folders("first"), []
    print()
    with running_workers() as workers:
        workers.play(files, "first", campaign, folders[:WARM])
        for first, last in pairwise([WARM, *STEPS]):
            night = workers.play(files, "first", campaign, folders[first:last])
            count = (last - first) * PUPILS
            per_pupil.append(1e6 * night.seconds / count)
            print(
                f"\nschools {first + 1:>4} to {last:>4} of {PUPILS} pupils: {night.seconds:6.1f} s,"
                f" {per_pupil[-1]:.0f} µs a pupil ({1e6 * night.cpu / count:.0f} of processor),"
                f" peak {night.peak_mb:.0f} MB",
                end="",
            )
            assert (night.arrivals, night.states) == (count, {"applied"})
            assert night.peak_mb < PEAK_MB
    ratio = per_pupil[-1] / per_pupil[0]
    print(f"\nlast step {ratio:.2f} × the first (limit {LIMIT})")
    assert ratio <= LIMIT
