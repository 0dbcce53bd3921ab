"""Schools, pupils, guardians, enrolments, the nightly import, eligibility."""
