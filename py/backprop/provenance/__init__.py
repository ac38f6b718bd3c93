"""Where a number comes from, what it is used for, and what the error would be if it were another."""
