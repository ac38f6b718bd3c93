"""The numbers that a lesson draws beside its network."""
