"""Commits and what they changed → the record of a change."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from nonevent.digest import blake2b
from nonevent.risk.messages import Said
from nonevent.risk.places import is_source
from nonevent.risk.record import Record, Touched
from nonevent.risk.signs import count_signs
from nonevent.risk.titles import is_bot
from nonevent.sources.landed import Commit, FileDiff

__all__ = ["person_of", "record_of", "touched"]

_BOT_BRANCH = re.compile(r"^(?:dependabot|renovate|pyup|snyk|greenkeeper|weblate|imgbot)\b")
_FIXUP = re.compile(
    r"^(?:fixup|squash)!|\b(?:address(?:es|ed|ing)?\b.*\b(?:review|comments?|feedback)|"
    r"review (?:comments?|feedback|changes)|code review|nits?|oops|whoops|pep8|flake8|"
    r"lint(?:er|ing)?|"
    r"fix(?:es|ed)? (?:the )?(?:tests?|build|ci|lint|typos?))\b",
    re.IGNORECASE,
)


def person_of(commit: Commit) -> str:
    """Return what stands for an author: the same for one name, and no name."""
    name = " ".join(commit.name.lower().split()).encode("utf-8", "replace")
    return blake2b(name, digest_size=8).hexdigest()


def touched(files: Iterable[FileDiff]) -> tuple[Touched, ...]:
    """Return the files as features see them."""
    return tuple(_touched(file) for file in files)


def _touched(file: FileDiff) -> Touched:
    source = is_source(file.path)
    return Touched(
        file.path,
        file.old_path,
        file.status,
        file.lines_added,
        file.lines_deleted,
        len(file.hunks),
        count_signs(file.added) if source and file.added else {},
        count_signs(file.deleted) if source and file.deleted else {},
        file.binary,
    )


def record_of(
    commit: Commit, inside: Sequence[Commit], said: Said, files: Iterable[FileDiff], time: float
) -> Record:
    """Return the record of a change: `inside` are the commits that it merges, if it does."""
    work = [each for each in inside if len(each.parents) < 2] or [commit]  # noqa: PLR2004
    people = Counter(person_of(each) for each in work)
    author = people.most_common(1)[0][0]
    made = next(each for each in work if person_of(each) == author)
    started = min((each.authored for each in work if each.authored), default=0)
    return Record(
        commit.sha,
        time,
        author,
        said.title,
        said.body,
        touched(files),
        len(work),
        len(people),
        float(min(started, time)),
        sum(bool(_FIXUP.search(each.subject)) for each in work),
        is_bot(made.name, made.mail) or bool(_BOT_BRANCH.search(said.branch.rpartition(":")[2])),
    )
