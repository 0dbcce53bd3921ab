"""What must be fast, measured side by side on the same machine and printed as ratios: `make bench`.

    region_files   three nights of a fictitious region's files
    floor          the least any importer can do with them: parse, copy, merge
    workers        the product's own workers, each a process (worker)

Sizes come from the environment (docs/operations.md has the table), so that the default run stays short.
"""
