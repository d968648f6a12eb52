"""Documents as JSON text that is valid, inert and the same bytes everywhere."""

import json
import re
from typing import Any

__all__ = ["dumps"]

ESCAPE = re.compile(r"\\(?:ud[89ab]..\\ud[c-f]..|u....|.)")
LONE = re.compile(r"\\ud[89a-f]..\Z")


def dumps(document: Any, *, indent: int | None = 2) -> str:
    r"""Return `document` as JSON in ASCII, ending in one line feed; on one line without `indent`.

    ASCII: no control or invisible character reaches a terminal. A lone surrogate (a byte of a
    file name that is no UTF-8) is no text that JSON can carry (RFC 8259, 8.2), so its escape
    becomes text: `\udce9`, readable and still telling two names apart. The commands of build
    servers (see `inert.defuse`) are broken up by an escape that a JSON reader undoes.
    """
    text = json.dumps(document, indent=indent)
    if "\\ud" in text:
        text = ESCAPE.sub(_lone_as_text, text)
    if "##" in text:
        text = re.sub(r"##(?=\w*\[)", r"#\\u0023", text)
    return text + "\n"


def _lone_as_text(escape: re.Match[str]) -> str:
    found = escape.group()
    return f"\\{found}" if LONE.match(found) else found
