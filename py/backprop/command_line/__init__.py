"""The command line: `python -m backprop check`, `show` and `lessons`."""
