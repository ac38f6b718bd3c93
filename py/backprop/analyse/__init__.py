"""Findings that follow from a recording: checks, inferred rule, gradient check, mistakes, exercises."""
