"""A region's nights against the physical floor (issue 3): first load ≤ 1.5 ×, unchanged night ≤ 1.0 ×."""

import os
from time import perf_counter

import pytest

from benchmarks.floor import Floor, cpu_seconds
from benchmarks.region_files import write_files
from benchmarks.workers import open_region, running_workers, throwaway_url


SCHOOLS = int(os.environ.get("BENCH_SCHOOLS", "670"))
PUPILS = int(os.environ.get("BENCH_PUPILS", "300"))
NIGHTS = ("first", "unchanged", "ordinary")
LIMITS = {"first": 1.5, "unchanged": 1.0}
PEAK_MB = 300
SLICE = int(os.environ.get("BENCH_SLICE", "67"))  # schools


@pytest.mark.django_db(transaction=True)
def test_the_nights_of_a_region_against_the_floor(tmp_path):
    files = write_files(tmp_path, schools=SCHOOLS, pupils=PUPILS, nights=NIGHTS)
    campaign, floor, ratios = open_region(files), Floor(throwaway_url()), {}
    print(f"\n\n{SCHOOLS} schools, {files.pupil_count} pupils; floor: one process, product: two workers")
    with running_workers() as workers:
        for name in NIGHTS:
            slices = list(_play(files, name, campaign, floor, workers))
            seconds, floor_seconds = (
                sum(times) for times in zip(*((n.seconds, f) for n, f, _cpu in slices), strict=True)
            )
            cpu, floor_cpu = sum(n.cpu for n, *_floor in slices), sum(used for *_night, used in slices)
            python, peak = sum(n.python for n, *_floor in slices), max(n.peak_mb for n, *_floor in slices)
            ratios[name] = seconds / floor_seconds
            print(
                f"{name:>10}: {seconds:6.1f} s for {floor_seconds:6.1f} s, ratio {ratios[name]:.2f}"
                f" (limit {LIMITS.get(name, 'none')}); {files.pupil_count / seconds:,.0f} pupils/s;"
                f" processor {cpu / floor_cpu:.2f} × the floor's"
                f" ({1000 * python / SCHOOLS:.0f} + {1000 * (cpu - python) / SCHOOLS:.0f} ms a school for"
                f" {1000 * floor_cpu / SCHOOLS:.0f}); a worker's peak {peak:.0f} MB"
            )
            assert sum(n.listed for n, *_floor in slices) >= files.pupil_count
            assert peak < PEAK_MB
    floor.close()
    assert all(ratios[name] <= limit for name, limit in LIMITS.items()), ratios


def _play(files, name, campaign, floor, workers):
    """(product, floor's seconds, floor's processor seconds), in turn for each slice of the region's schools.

    So a machine whose speed drifts favours neither; the bases fill as they would.
    """
    folders = files.folders(name)
    for first in range(0, len(folders), SLICE):
        schools = folders[first : first + SLICE]
        begun, used = perf_counter(), cpu_seconds() + cpu_seconds(floor.backend)
        assert floor.load(schools) >= len(schools) * PUPILS
        spent = perf_counter() - begun
        used = cpu_seconds() + cpu_seconds(floor.backend) - used
        yield workers.play(files, name, campaign, schools), spent, used
