"""The origin of a number, its uses, and the error that another number in its place would give."""
