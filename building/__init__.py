"""The tasks of build.py, a file for each; standard library only, but for the packages in .venv."""
