"""Schema changes that the version still running, or the database under load, does not bear."""
