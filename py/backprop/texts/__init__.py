"""The sentences that Python says, one TOML file for each subject and language."""
