"""Instruments a program, runs it and lays down every iteration as a row of numbers."""
