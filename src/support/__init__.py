"""What all share: errors, students, numerics, what a model has learned, artifacts."""
