"""What this process learned of a project's files: the warm index of an editor's session."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from time import time_ns
from typing import Any

from nonevent.cache import Memory, State, state_of
from nonevent.change import Content, Side
from nonevent.digest import blake2b
from nonevent.facts import FileFacts
from nonevent.note import NoteKind
from nonevent.sources.disk import place_of

__all__ = ["Warm"]

DIGEST = 16  # bytes


class Warm:
    """Facts and scans by file, held as they are; what lies on disk is asked once, at the start."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._states: Mapping[str, State | None] = {}
        self._seen: dict[str, tuple[State | None, str]] = {}  # path → state and digest
        self._facts: dict[str, tuple[str, FileFacts]] = {}  # path → digest and facts
        self._said: dict[str, tuple[str, dict[str, Any]]] = {}  # the same with question → answer
        self._today: dict[str, str] = {}  # digests of this run
        self._questions: set[str] = set()  # of this run
        self._kept: Memory | None = None

    def begin(self, side: Side, kept: Memory | None = None) -> None:
        """Begin a run on the files of a side; `kept` is what earlier processes learned."""
        now = time_ns()
        self._states = {path: state_of(place_of(content), now) for path, content in side.items()}
        self._today, self._questions, self._kept = {}, set(), kept

    def end(self) -> None:
        """Let go of what this run did not ask for, and write down what others may use."""
        if self._kept is not None:
            self._kept.save()
            self._kept = None
        for known in (self._facts, self._said, self._seen):
            for path in known.keys() - self._states.keys():
                del known[path]
        for _, answers in self._said.values():
            for question in answers.keys() - self._questions:
                del answers[question]

    def scan(self, path: str, question: str, content: Content, scan: Callable[[bytes], Any]) -> Any:
        """Return what `scan` says of a file's bytes; a plain value.

        Raises:
            OSError: the bytes are needed and cannot be had.

        """
        digest = self._digest(path, content)
        known, answers = self._said.get(path, ("", {}))
        if known != digest:
            answers = {}
            self._said[path] = digest, answers
        self._questions.add(question)
        if question not in answers:
            kept = self._kept
            answers[question] = (
                scan(content()) if kept is None else kept.scan(path, question, content, scan)
            )
        return answers[question]

    def recall(self, paths: Iterable[str], content: Callable[[str], bytes]) -> dict[str, FileFacts]:
        """Return the facts of those files that were read before."""
        found: dict[str, FileFacts] = {}
        rest: list[str] = []
        for path in paths:
            try:
                digest = self._digest(path, partial(content, path))
            except OSError:
                continue
            known, facts = self._facts.get(path, ("", None))
            if facts is not None and known == digest:
                found[path] = facts
            else:
                rest.append(path)
        if self._kept is not None and rest:
            for path, facts in self._kept.recall(rest, content).items():
                found[path] = facts
                self._facts[path] = self._today[path], facts
        return found

    def keep(self, facts: FileFacts, content: Content, encoded: bytes | None = None) -> None:
        """Keep the facts of a file whose bytes were read, and will be read alike again."""
        if any(note.kind is NoteKind.UNREADABLE for note in facts.notes):
            return
        try:
            self._facts[facts.path] = self._digest(facts.path, content), facts
        except OSError:
            return
        if self._kept is not None:
            self._kept.keep(facts, content, encoded)

    def _digest(self, path: str, content: Content) -> str:
        """Return what tells a file's bytes from others, looked at once a run.

        Raises:
            OSError: the bytes are needed and cannot be had.

        """
        digest = self._today.get(path)
        if digest is None:
            state = self._states.get(path)
            known, digest = self._seen.get(path, (None, ""))
            if state is None or known != state:
                digest = blake2b(content(), digest_size=DIGEST).hexdigest()
                self._seen[path] = state, digest
            self._today[path] = digest
        return digest
