"""Where the analysed files come from: the address of the repository, the commit, the branch."""

import os
import re
from urllib.parse import quote, urlsplit

from nonevent.error import UserError
from nonevent.report import Origin
from nonevent.sources.place import Place, find_place, read_text
from nonevent.sources.refs import branch_of, find_id

__all__ = ["address_of", "origin_of", "remote_of"]

# https://git-scm.com/docs/git-config#_configuration_file: sections, and values of one line
_SECTION = re.compile(r'\s*\[\s*remote\s+"(?P<name>[^"\]]*)"\s*\]', re.IGNORECASE)
_OTHER = re.compile(r"\s*\[")
_URL = re.compile(r"\s*url\s*=\s*\"?(?P<url>[^\s\"]+)", re.IGNORECASE)
# https://git-scm.com/docs/git-clone#_git_urls: `git@example.org:shop.git`
_SCP = re.compile(r"(?:[^@/:\s]+@)?(?P<host>[\w.-]{2,}|\[[0-9a-f:]+\]):(?!//)(?P<path>\S+)")
_SCHEMES = ("https", "http", "ssh", "git")


def origin_of(root: str, head: str = "") -> Origin | None:
    """Return where the files below `root` come from, at the commit `head`, else what is there now.

    None outside of a repository, and where its remote `origin` has no address for others.
    """
    place = find_place(root)
    if place is None:
        return None
    try:
        address = address_of(_url(place))
        checked_out = find_id(place, "HEAD")
        branch = branch_of(place)
    except UserError:  # said by whoever needs it
        return None
    if not address or not checked_out:
        return None
    same = head in ("", checked_out)
    whole = os.path.realpath(root) == os.path.realpath(place.root)
    return Origin(address, head or checked_out, branch if same else "", whole)


def remote_of(place: Place) -> str:
    """Return the address of the remote `origin`; "" where it has none for others."""
    try:
        return address_of(_url(place))
    except UserError:
        return ""


def _url(place: Place) -> str:
    """Return the address of the remote `origin`; "" where there is none."""
    inside = False
    for line in read_text(os.path.join(place.common_dir, "config")).splitlines():
        section = _SECTION.match(line)
        if section:
            inside = section["name"] == "origin"
        elif _OTHER.match(line):
            inside = False
        found = _URL.match(line) if inside else None
        if found:
            return found["url"]
    return ""


def address_of(url: str) -> str:
    """Return an address as a URI without user, password and question; "" for a path of a disk."""
    scp = _SCP.fullmatch(url)
    if scp and not re.match(r"[A-Za-z]:[\\/]", url):
        url = f"ssh://{scp['host']}/{scp['path'].lstrip('/')}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in _SCHEMES or not re.fullmatch(r"[\w.:-]+", host, re.ASCII):
        return ""
    name = f"[{host}]" if ":" in host else host
    where = f"{name}:{port}" if port else name
    path = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", parts.path)
    return f"{parts.scheme}://{where}{quote(path, safe='/%~:@!$&()*+,;=')}"
