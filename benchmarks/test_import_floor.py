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


@pytest.mark.django_db(transaction=True)
def test_the_nights_of_a_region_against_the_floor(tmp_path):
    files = write_files(tmp_path, schools=SCHOOLS, pupils=PUPILS, nights=NIGHTS)
    floors = dict(_floor_nights(files))
    campaign = open_region(files)
    print(f"\n\n{SCHOOLS} schools, {files.pupil_count} pupils; floor: one process, product: two workers")
    ratios = {}
    with running_workers() as workers:
        for name in NIGHTS:
            night, (floor, floor_cpu) = workers.play(files, name, campaign), floors[name]
            ratios[name] = night.seconds / floor
            print(
                f"{name:>10}: {night.seconds:6.1f} s for {floor:6.1f} s, ratio {ratios[name]:.2f}"
                f" (limit {LIMITS.get(name, 'none')}); {files.pupil_count / night.seconds:,.0f} pupils/s;"
                f" processor {night.cpu / floor_cpu:.2f} × the floor's"
                f" ({1000 * night.python / SCHOOLS:.0f} + {1000 * night.postgres / SCHOOLS:.0f} ms a school for"
                f" {1000 * floor_cpu / SCHOOLS:.0f}); a worker's peak {night.peak_mb:.0f} MB; {night.changes} changes"
            )
            assert night.listed >= files.pupil_count
            assert night.peak_mb < PEAK_MB
    assert all(ratios[name] <= limit for name, limit in LIMITS.items()), ratios


def _floor_nights(files):
    """(night, (seconds, processor seconds)) of the floor, its own tables kept from night to night."""
    floor = Floor(throwaway_url())
    for name in NIGHTS:
        begun, used = perf_counter(), cpu_seconds() + cpu_seconds(floor.backend)
        assert floor.load(files.folders(name)) >= files.pupil_count
        yield name, (perf_counter() - begun, cpu_seconds() + cpu_seconds(floor.backend) - used)
    floor.close()
