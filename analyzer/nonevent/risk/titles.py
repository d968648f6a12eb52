"""What the title of a change says it does; reverts and re-lands are told apart by their layers."""

import re
from functools import lru_cache
from typing import NamedTuple

__all__ = ["WORDS", "Undoing", "is_bot", "is_fix", "is_partly", "undoing", "words_of"]

# word → how it is written; https://www.conventionalcommits.org names the first part of many
WORDS = {
    "fix": r"\b(?:bug ?fix(?:es)?|fix(?:e[sd]|ing|up)?|resolv(?:e[sd]?|ing)|correct(?:s|ed)?|"
    r"repair(?:s|ed)?|bugs?|regression|broken|crash(?:es|ing)?)\b",
    "hotfix": r"\bhot-?fix(?:es)?\b|\b(?:urgent|emergency|quick fix)\b",
    "feature": r"^(?:feat\b|feature\b)|\b(?:add(?:s|ed|ing)?|implement(?:s|ed)?|introduc(?:e[sd]?)|"
    r"support(?:s)?|new|creat(?:e[sd]?))\b",
    "refactor": r"\b(?:refactor(?:s|ed|ing)?|clean(?:s|ed)?[ -]?up|simplif(?:y|ies|ied)|"
    r"renam(?:e[sd]?)|mov(?:e[sd]?|ing)|reorganis\w+|reorganiz\w+|extract(?:s|ed)?|tidy|"
    r"lint(?:ing)?|format(?:ting)?)\b",
    "removal": r"\b(?:remov(?:e[sd]?|ing)|delet(?:e[sd]?|ing)|drop(?:s|ped)?|"
    r"deprecat\w+|retir\w+)\b",
    "upgrade": r"\b(?:bump(?:s|ed)?|upgrad(?:e[sd]?|ing)|updat(?:e[sd]?|ing) (?:dependenc\w+|"
    r"requirements|packages)|pin(?:s|ned)?|dependabot|renovate)\b",
    "speed": r"\b(?:perf(?:ormance)?|optimi[sz]\w+|speed(?:s)? ?up|faster|slow)\b",
    "migration": r"\b(?:migrat\w+|schema|backfill\w*|column|index(?:es)?|database|db)\b",
    "configuration": r"\b(?:config\w*|settings?|env(?:ironment)?|deploy\w*|docker\w*|ci|infra)\b",
    "unfinished": r"\b(?:wip|work in progress|temp(?:orar(?:y|ily))?|debug(?:ging)?|"
    r"experiment(?:al)?|try(?:ing)?|test(?:ing)? (?:in|on)|attempt|hack|poc|spike|draft)\b",
    "again": r"\b(?:again|take (?:2|two|ii)|try (?:2|two)|second (?:try|attempt)|v2|redo|retry|"
    r"re-?land(?:s|ed|ing)?|re-?appl(?:y|ies|ied)|re-?introduc\w+|re-?enabl\w+|re-?add(?:s|ed)?|"
    r"restor(?:e[sd]?|ing)|un-?revert\w*|bring(?:s|ing)? back)\b",
    "rollout": r"\b(?:enabl(?:e[sd]?|ing)|roll(?:s|ed|ing)? ?out|launch\w*|turn(?:s|ed)? on|"
    r"activat\w+|switch(?:es|ed)? (?:to|on)|releas(?:e[sd]?|ing)|flags?)\b",
    "documentation": r"^docs?\b|\b(?:documentation|readme|typos?|docstrings?|changelog|"
    r"comments?)\b",
    "test": r"^tests?\b|\b(?:tests?|coverage|flak(?:y|ey))\b",
    "security": r"\b(?:security|vulnerab\w+|cve|xss|csrf|sanitiz\w+|permissions?)\b",
    "concurrency": r"\b(?:async\w*|concurren\w+|threads?|parallel\w*|queue[sd]?|celery|tasks?|"
    r"workers?|lock(?:s|ing)?|race)\b",
    "cache": r"\b(?:cach(?:e[sd]?|ing)|redis|memcached?)\b",
}
_WORDS = tuple((word, re.compile(pattern, re.IGNORECASE)) for word, pattern in WORDS.items())

_BOT = re.compile(
    r"\[bot\]|\bbot\b|-bot\b|\b(?:dependabot|renovate|pyup|greenkeeper|snyk|weblate|transifex|"
    r"pontoon|github[- ]actions?|pre-commit-ci|mergify|requires\.io|allcontributors|imgbot|"
    r"semantic-release|bors|homu|travis[ -]ci|circleci|gitlab[ -]ci)\b|^jenkins$",
    re.IGNORECASE,
)
# What goes before the word that counts: a ticket, a type, a mark in brackets.
_LEAD = re.compile(
    r"\s*(?:\[[^\]]{0,40}\]\s*|[A-Z][A-Z0-9]+-\d+\s*[:\-]?\s*|#\d+\s*[:\-]?\s*|"
    r"(?:fix|chore|feat|refactor|revert|build|ci|perf)(?:\([^)]{0,40}\))?!?:\s*|"
    r"(?:hot-?fix|emergency|urgent|temporar(?:y|ily)|partial(?:ly)?)\s*[:\-]?\s*)",
    re.IGNORECASE,
)
_LAYER = re.compile(
    r"\s*(?:(?P<back>revert(?:s|ed|ing)?(?:\s+(?:of|the|pr|pull request|commit))*|back(?:s|ed|ing)?"
    r"[ -]?out(?:\s+of)?|roll(?:s|ed|ing)?[ -]?back(?:\s+(?:of|the|to))*|undo(?:es|ing)?)"
    r"|(?P<again>re-?appl(?:y|ies|ied)|re-?land(?:s|ed|ing)?|un-?revert(?:s|ed|ing)?))"
    r"\b\s*[:\-]?\s*",
    re.IGNORECASE,
)
_TYPE_REVERT = re.compile(r"\s*revert(?:\([^)]{0,40}\))?!?:\s*", re.IGNORECASE)
# "Bug 12: add prices", "fixes #12 - add prices": where each change names an issue so, it says
# nothing of what the change does.
_ISSUE = re.compile(
    r"^\W*(?:(?:fix(?:e[sd])?|clos(?:e[sd]?)|resolv(?:e[sd]?)|re|refs?|for|part of)\b[\s:]*)?"
    r"(?:(?:bugs?|issues?|ticket|gh)\b[\s#\-]*|#)\d+(?:[\s,&]+(?:and\s+)?#?\d+)*[\s:;,.\-–—\])]*",
    re.IGNORECASE,
)
# What a fix of this kind mends never ran wrong in production.
_STYLE = re.compile(
    r"\b(?:lint\w*|pep-?8|flake(?:s|8)|pylint|pydocstyle|pycodestyle|pyflakes|mypy|black|isort|eslint|"
    r"prettier|typ(?:o|ing)s?|type (?:annotation|hint)s?|format(?:ting)?|whitespace|spelling|"
    r"grammar|indentation|(?:code|doc) ?style|style (?:fixe?s?|guide)|docs?|docstrings?|"
    r"documentation|readme|changelog|comments?|tests?|"
    r"ci|travis|coverage|build badge|warnings?|translations?)\b",
    re.IGNORECASE,
)
_PARTLY = re.compile(r"^\W*partial", re.IGNORECASE)
_LAYERS = 12  # that are looked through
_OPEN = "\"'“‘`«"
_CLOSE = "\"'”’`»"


class Undoing(NamedTuple):
    """What a title says it takes back or brings again."""

    layers: int  # how many times "revert" or its like stands before the rest; 0: none
    back: bool  # the outermost takes something back
    odd: bool  # all in all the first change is gone: a re-land is even
    object: str  # the title of what the outermost is about
    quoted: bool  # that title stands in quotes, as programs write it
    core: str  # the title of the first change


NOTHING = Undoing(0, back=False, odd=False, object="", quoted=False, core="")


@lru_cache(maxsize=4096)
def undoing(title: str) -> Undoing:
    """Return what a title takes back or brings again, layer by layer."""
    rest, outermost, quoted = title.strip(), "", False
    back: list[bool] = []
    for _ in range(_LAYERS):
        layer = _TYPE_REVERT.match(rest)
        takes_back = layer is not None
        if layer is None:
            lead = _LEAD.match(rest)
            start = lead.end() if lead else 0
            layer = _LAYER.match(rest, start)
            takes_back = layer is not None and layer["back"] is not None
        if layer is None or layer.end() == layer.start():
            break
        back.append(takes_back)
        rest = rest[layer.end() :]
        inner = _unquoted(rest)
        if len(back) == 1:
            outermost, quoted = inner, inner != rest.strip()
        rest = inner
    if not back:
        return NOTHING
    return Undoing(len(back), back[0], sum(back) % 2 == 1, outermost, quoted, rest.strip())


def _unquoted(text: str) -> str:
    """Return what the outermost quotes at the beginning hold, or the text where none do."""
    text = text.strip()
    if not text or text[0] not in _OPEN:
        return text
    close = _CLOSE[_OPEN.index(text[0])]
    end = text.rfind(close)
    return text[1:end].strip() if end > 0 else text[1:].strip()  # cut off by a limit of length


@lru_cache(maxsize=4096)
def words_of(title: str) -> frozenset[str]:
    """Return the words of `WORDS` that a title has."""
    said = _ISSUE.sub("", title)
    # of "Fix #12" nothing is left: then it is what it says
    return frozenset(word for word, pattern in _WORDS if pattern.search(said or title))


def is_fix(title: str) -> bool:
    """Tell whether a change calls itself a fix of what ran, and takes nothing back."""
    if undoing(title).layers or words_of(title).isdisjoint({"fix", "hotfix"}):
        return False
    return not _STYLE.search(title)


def is_partly(title: str) -> bool:
    """Tell whether a title says that it takes back only a part."""
    return bool(_PARTLY.search(title))


def is_bot(name: str, mail: str) -> bool:
    """Tell whether an author is a program."""
    return bool(_BOT.search(name) or _BOT.search(mail.partition("@")[0]))
