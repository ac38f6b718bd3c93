"""Recordings that tests only read: a program is recorded once in a process, however many tests look at it."""

from functools import cache

from backprop.run import record

recorded_once = cache(record)
