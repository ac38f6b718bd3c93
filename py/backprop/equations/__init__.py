"""The equations of back-propagation, and each of them written out for one node."""
