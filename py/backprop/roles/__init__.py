"""Finds the network in a program: which of its values is which quantity, from a trace of its first updates."""
