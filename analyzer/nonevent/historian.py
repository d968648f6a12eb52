"""The commands of `nonevent history`: mine, import, show."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import NamedTuple

from nonevent.error import UserError
from nonevent.output import to_stdout
from nonevent.progress import counting, progress
from nonevent.reports.inert import defuse
from nonevent.risk.blame import place
from nonevent.risk.deploys import GOOD, Deploy
from nonevent.risk.history import FILE, History, open_history
from nonevent.risk.importing import Cells, Problem, columns_of, deploys_of
from nonevent.risk.logs import read_log
from nonevent.risk.miner import Mined, Progress, mine
from nonevent.sources.git import find_root
from nonevent.sources.landed import MainLine, open_main_line
from nonevent.sources.place import require_bare_place
from nonevent.store import prepare_folder

__all__ = ["Given", "bring", "mined_lines", "place_of_store", "recall", "tell"]

FOLDER = ".nonevent_cache"
_SHA = re.compile(r"[0-9a-f]{7,64}")
_SHOWN = 20  # rows that cannot be used, and are told one by one


class Given(NamedTuple):
    """What was said on the command line of `history import`."""

    files: Sequence[str] = ()
    address: str = ""  # of a database
    table: str = "deploys"
    columns: Sequence[str] = ()  # "field=column"
    tags: str = ""  # a pattern of release tags
    environment: str = "production"  # of rows that name none


def place_of_store(repository: str, store: str) -> str:
    """Return the file of a repository's history; its folder is made.

    Raises:
        UserError: there is no repository, or it brings a history of its own.

    """
    if store:
        folder = os.path.dirname(os.path.abspath(store))
        if not os.path.isdir(folder):
            raise UserError(f"--store {store!r}: the folder {folder!r} does not exist")
        return store
    root = find_root(repository)
    if root is None:
        require_bare_place(repository)
        raise UserError(
            f"{repository!r} is a bare repository: --store names a file for the history"
        )
    folder = os.path.join(root, FOLDER)
    # What a repository under analysis brings says nothing of it.
    if os.path.islink(folder):
        raise UserError(f"{FOLDER!r} is a link: --store names a file for the history")
    with open_main_line(root) as line:
        if line.holds("HEAD", f"{FOLDER}/{FILE}"):
            message = "the repository brings a history of its own: --store names another file"
            raise UserError(f"{message} than {FOLDER}/{FILE}")
    try:
        prepare_folder(folder)
    except OSError as error:
        raise UserError(f"{folder!r} cannot be made: {error.strerror}") from None
    return os.path.join(folder, FILE)


# -- mine ----------------------------------------------------------------------------------------


def recall(repository: str, store: str, revision: str, *, quiet: bool) -> int:
    """Mine a repository's history and return the exit code.

    Raises:
        UserError: there is no repository, or its history is not that of the store.

    """
    with progress(quiet=quiet) as line:
        lines = mined_lines(repository, store, revision, counting(line, "changes"))
    if not quiet:
        to_stdout("".join(f"{defuse(line)}\n" for line in lines))
    return 0


def mined_lines(
    repository: str, store: str, revision: str, told: Progress | None = None
) -> list[str]:
    """Mine a repository's history and return what there is to say of it.

    Raises:
        UserError: see `recall`.

    """
    require_bare_place(repository)  # before a store is made for nothing
    file = place_of_store(repository, store)
    with open_history(file) as history:
        mined = mine(repository, history, revision, told)
        return list(_mined(mined, history))


def _mined(mined: Mined, history: History) -> Iterator[str]:
    if mined.outdated:
        yield "The features have changed since the history was mined: all is read anew."
    if mined.rewritten:
        yield "The main line was rewritten: it is read anew; changes that are gone are kept."
    yield f"{_many(mined.added, 'change')} read from {mined.revision}, {mined.known} known before."
    if mined.incomplete:
        count = _many(mined.incomplete, "change")
        yield f"{count} left out: this clone does not hold all that they changed."
    if mined.shallow:
        yield "This clone is shallow: what landed before its beginning is not known."
    taken = history.taken()
    reverted, mended = (len(taken.get(kind, ())) for kind in ("reverted", "mended"))
    length = _many(history.length(), "change")
    yield f"In all {length}: {reverted} taken back, {mended} mended within seven days."
    yield f"History: {history.file}"


# -- import --------------------------------------------------------------------------------------


def bring(repository: str, store: str, given: Given) -> int:
    """Import deploys and return the exit code: 1 where no row could be used.

    Raises:
        UserError: what was given cannot be read.

    """
    if not given.files and not given.address and not given.tags:
        raise UserError("nothing to import: expected FILE, --from or --tags")
    columns = columns_of(given.columns)
    deploys: list[Deploy] = []
    problems: list[tuple[str, Problem]] = []
    for name, rows in _rows(given, columns, problems):
        for each in deploys_of(rows, columns, given.environment, name):
            if isinstance(each, Problem):
                problems.append((name, each))
            else:
                deploys.append(each)
    file = place_of_store(repository, store)
    with open_history(file) as history:
        with _repository(repository) as line:
            if given.tags:
                deploys += _releases(line, given)
            places = _places({deploy.named for deploy in deploys}, history, line)
            deploys = [deploy._replace(sha=places.get(deploy.named, "")) for deploy in deploys]
        added = history.add_deploys(deploys)
        requests = {request: number for number, (_, _, request) in enumerate(history.line())}
        lost = sum(place(history, deploy, requests) is None for deploy in deploys)
    lines = [*_told(problems), *_summary(len(deploys), added, lost, len(problems))]
    to_stdout("".join(f"{defuse(line)}\n" for line in lines))
    return 1 if problems and not deploys else 0


def _rows(
    given: Given, columns: dict[str, str], problems: list[tuple[str, Problem]]
) -> Iterator[tuple[str, Iterable[Cells]]]:
    """Yield the rows that were given, by their source; rows that are none go to `problems`."""
    found: dict[str, list[Cells]] = {}
    for name, row in read_log(given.files):
        if isinstance(row, Problem):
            problems.append((name, row))
        else:
            found.setdefault(name, []).append(row)
    yield from found.items()
    if given.address:
        from nonevent.risk.tables import read_table

        yield given.table, read_table(given.address, given.table, columns)


@contextmanager
def _repository(path: str) -> Iterator[MainLine | None]:
    if find_root(path) is None:
        yield None
        return
    with open_main_line(path) as line:
        yield line


def _releases(line: MainLine | None, given: Given) -> Iterator[Deploy]:
    """Yield a good deploy for each release tag."""
    if line is None:
        raise UserError("--tags needs a repository: none here, nor in any folder above")
    tags = [name for name in line.tags() if fnmatchcase(name, given.tags)]
    if not tags:
        raise UserError(f"--tags: no tag matches {given.tags!r}")
    for name in tags:
        sha, at = line.moment(f"refs/tags/{name}")
        if sha:
            yield Deploy(given.environment, "", name, at, GOOD, source="tags")


def _places(named: set[str], history: History, line: MainLine | None) -> dict[str, str]:
    """Return for names of deploys the commit of the main line that they hold, if that is known.

    Of a commit that is not mined yet it is the commit itself.
    """
    found: dict[str, str] = {}
    for name in sorted(named):
        number = history.number_of(name) if _SHA.fullmatch(name) else None
        if number is not None:
            found[name] = history.sha_of(number)
    rest = {name for name in named - found.keys() if not name.startswith("#")}
    if line is None or not rest:
        return found
    tip, tags = history.fact("tip"), line.tags()
    there = line.existing([name for name in rest if _SHA.fullmatch(name)])
    for name in sorted(rest):
        tag = next((each for each in (name, f"v{name}") if each in tags), "")
        sha = line.commit(f"refs/tags/{tag}" if tag else name) if tag or name in there else ""
        if sha:
            found[name] = _on_main_line(sha, tip, history, line)
    return found


def _on_main_line(sha: str, tip: str, history: History, line: MainLine) -> str:
    """Return the change that brought a commit, or from which its branch left the main line."""
    number = history.number_of(sha)
    if number is None and tip:
        base = line.common(sha, tip)
        number = history.number_of(base) if base else None
    return sha if number is None else history.sha_of(number)


def _told(problems: Sequence[tuple[str, Problem]]) -> Iterator[str]:
    for name, problem in problems[:_SHOWN]:
        column = f", column {problem.column}" if problem.column else ""
        yield f"{name}: line {problem.line}{column}: {problem.why}"
    if len(problems) > _SHOWN:
        yield f"… and {len(problems) - _SHOWN} more rows that cannot be used"


def _summary(read: int, added: int, lost: int, bad: int) -> Iterator[str]:
    yield f"{_many(read, 'deploy')} read, {added} of them new; {_many(bad, 'row')} cannot be used."
    if lost:
        verb = "is" if lost == 1 else "are"
        yield (
            f"{_many(lost, 'deploy')} {verb} kept and blame{'s' if lost == 1 else ''} nothing yet: "
            "what was deployed is not among the changes that were mined."
        )


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# -- show ----------------------------------------------------------------------------------------


def tell(repository: str, store: str, form: str, now: float) -> int:
    """Print what a history holds and return the exit code.

    Raises:
        UserError: there is none.

    """
    from nonevent.risk.summary import as_json, as_text, summarise

    file = place_of_store(repository, store)
    with open_history(file, make=False) as history:
        summary = summarise(history, now)
    to_stdout(as_json(summary) if form == "json" else as_text(summary))
    return 0
