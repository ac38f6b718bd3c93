"""Records the first updates of any program as a data-flow graph of single numbers (tape.py)."""
