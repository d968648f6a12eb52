"""Programs that tests of several files start, each in one way."""

import subprocess
from pathlib import Path

__all__ = ["git"]


def git(folder: Path, *arguments: str) -> str:
    """Return what git prints in a folder, where it commits as nobody."""
    said = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", *arguments]
    done = subprocess.run(said, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()
