"""Where a student's program runs: a fresh namespace, limits, captured output."""
