"""The Python half of the page: its session, and the wire format that carries a recording."""
