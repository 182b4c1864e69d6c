"""The workshop: what the five modules use."""
