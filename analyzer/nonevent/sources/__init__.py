"""What is being deployed, from disk, git or a patch: every module here returns a `Change`."""
