"""The page of a rule as a file that an editor can show."""

import os
import tempfile

from pygls.uris import from_fs_path

from nonevent.rule import Page

__all__ = ["write_page"]


def write_page(page: Page) -> str:
    """Write a page to a file of this user's own and return its URI.

    Raises:
        OSError: it cannot be written.

    """
    folder = tempfile.mkdtemp(prefix="nonevent-")  # for the editor to read after we are gone
    file = os.path.join(folder, f"{page.rule}.md")
    with open(file, "w", encoding="utf-8") as stream:
        stream.write(page.body)
    return from_fs_path(file) or ""
