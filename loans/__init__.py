"""Conventions and signatures, devices and their loans."""
