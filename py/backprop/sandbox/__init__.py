"""Runs a student's program: in a fresh namespace, within limits, with captured output."""
