"""Which edits rules name, and which of them are safe."""

import pytest

from nonevent.change import Change, ChangedFile
from nonevent.options import Options
from nonevent.pipeline import examine, prepare

TASK = prepare(Options())
PAIR = "timeout=(3.05, 27)"
OBJECT = "timeout=urllib3.Timeout(connect=3, read=27)"


def edits(text: str) -> list[tuple[str, bool]]:
    """Return text and safety of the edits of all findings, in order."""
    data = text.encode()
    outcome = examine(Change((ChangedFile("shop/views.py", lambda: data),)), TASK)
    return [(edit.text, edit.safe) for found in outcome.findings for edit in found.edits]


CALLS = {
    "requests.get(U)": [(PAIR, True)],
    "requests.Session().get(U)": [(PAIR, True)],
    "requests.get(U, **options)": [(PAIR, False)],
    "requests.get(U, timeout=None)": [("(3.05, 27)", True)],
    "requests.get(U, timeout=(3, None))": [("27", True)],
    "requests.get(U, timeout=(None, None))": [("27", True)],
    "requests.get(U, timeout=LIMIT)": [],
    "requests.get(U, timeout=None or None)": [],
    "urllib.request.urlopen(U)": [("timeout=10", True)],
    "urllib.request.urlopen(U, None, None)": [("10", True)],
    "urllib.request.urlretrieve(U)": [],
    "smtplib.SMTP(HOST)": [("timeout=10", True)],
    "urllib3.PoolManager().request('GET', U)": [(OBJECT, True)],
    "httpx.Client(timeout=None)": [("10", True)],
    "httpx.Timeout(5.0, read=None)": [("10", True)],
    "httpx.Timeout(5.0, read=None, write=None)": [("10", True), ("10", True)],
    "aiohttp.ClientTimeout(connect=5)": [("total=10", True)],
    "aiohttp.ClientTimeout(total=None)": [("10", True)],
    "asyncio.wait_for(f(), None)": [("10", False)],
    "logging.FileHandler('shop.log')": [("logging.StreamHandler(sys.stdout)", False)],
    "logging.basicConfig(filename='shop.log')": [("stream=sys.stdout", False)],
    "logging.basicConfig(filename='shop.log', **options)": [],
    "loguru.logger.add('shop.log')": [],
}
HEAD = (
    "import aiohttp, asyncio, httpx, logging, loguru, requests, smtplib, urllib.request, urllib3\n"
    "LIMIT = None\n"
)


@pytest.mark.parametrize("call", CALLS)
def test_a_rule_names_the_edits(call: str) -> None:
    assert edits(f"{HEAD}{call}\n") == CALLS[call]


def test_two_findings_of_a_line_are_cleared_together_or_not_at_all() -> None:
    both = "requests.get(requests.get(U).text, timeout=3 or None)"
    nested = "requests.get(urllib.request.urlretrieve(requests.get(U).text)[0])"

    assert edits(f"{HEAD}{both}\n") == [(PAIR, True)]
    assert edits(f"{HEAD}{nested}\n") == []
