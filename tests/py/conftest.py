"""Hypothesis draws the same examples every time, and how long one takes says nothing about it."""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
