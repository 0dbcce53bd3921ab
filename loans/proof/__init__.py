"""Proof that stands: the proof file, the seal, the sealed copy sent, and whatever checks them later."""
