"""A mailing: prepared and counted, approved, written at a pace, stopped, gone on with (N3, trust 58).

preparing → approving → running (→ stopping); who is concerned is in `recipients`, who can be reached in `reach`.
"""
