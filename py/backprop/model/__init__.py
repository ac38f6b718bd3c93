"""Typed data that every other part reads: the network's nodes and connections, and a run's recording."""
