"""What build.py does, a file for each task; standard library only, but for what .venv brings."""
