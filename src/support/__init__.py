"""The workshop: what the five modules stand on."""
