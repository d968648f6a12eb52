"""One client's server: runs are made one at a time, and what they find goes out."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from nonevent import __version__
from nonevent.error import UserError
from nonevent.finding import Finding
from nonevent.fixes.wish import read_wish
from nonevent.options import Given
from nonevent.server.actions import Sheet
from nonevent.server.buffers import carried
from nonevent.server.diagnostics import SOURCE, address_in, diagnostics, told
from nonevent.server.places import split
from nonevent.server.project import Project, Result
from nonevent.server.session import Document, Session

__all__ = ["PAUSE", "Server"]

PAUSE = 0.2  # seconds without a further keystroke before a run begins
PATIENCE = 5.0  # seconds that a request waits for the run on the text that it is about
log = logging.getLogger("nonevent.server")


class Server(LanguageServer):
    """One client's server."""

    def __init__(self, given: Given) -> None:
        """Take what the command line says."""
        # Whole texts: pygls would end lines at a form feed, where neither side has one.
        super().__init__(SOURCE, __version__, types.TextDocumentSyncKind.Full)
        self.session = Session(given)
        self.pulls = False  # the client asks for diagnostics, and is told when to ask again
        self.ended = False
        self._results: WeakKeyDictionary[Project, Result] = WeakKeyDictionary()
        self._analysed: dict[str, tuple[Project, str]] = {}  # URI → the text of its last run
        self._sent: dict[str, tuple[list[types.Diagnostic], int]] = {}
        self._waiting: dict[Project, asyncio.TimerHandle] = {}
        self._running: dict[Project, asyncio.Task[None]] = {}
        self._again: set[Project] = set()
        self._failed: WeakSet[Project] = WeakSet()  # whose last run was broken off
        self._complained = ""
        self._pool = ThreadPoolExecutor(1)

    # -- runs ------------------------------------------------------------------------------------

    def plan(self, project: Project, pause: float = 0.0) -> None:
        """Run a project after a pause; a run that is planned already is put off."""
        known = self._waiting.pop(project, None)
        if known is not None:
            known.cancel()
        loop = asyncio.get_running_loop()
        self._waiting[project] = loop.call_later(pause, self._begin, project)

    def _begin(self, project: Project) -> None:
        self._waiting.pop(project, None)
        if project in self._running:
            self._again.add(project)
            return
        self._running[project] = asyncio.ensure_future(self._run(project))

    async def _run(self, project: Project) -> None:
        """Run a project on its buffers as they are now, and tell what came out."""
        open_ = self.session.of(project)
        buffers = {document.path: document.buffer for document in open_}
        failed = True
        try:
            loop = asyncio.get_running_loop()
            result = await loop.run_in_executor(self._pool, project.examine, buffers)
        except UserError as error:
            self._complain(str(error))
        except Exception:  # a run that dies must not take the editor's server with it
            log.exception("the run of %s was broken off", project.root)
            self._complain("a run was broken off; the log of the server says why")
        else:
            failed = False
            self._complained = ""
            self._results[project] = result
            for document in open_:
                self._analysed[document.uri] = project, document.buffer.read
            self._tell(project)
        finally:
            (self._failed.add if failed else self._failed.discard)(project)
            self._running.pop(project, None)
            if project in self._again:
                self._again.discard(project)
                self._begin(project)

    def _complain(self, text: str) -> None:
        """Say once what keeps the runs from being made."""
        if text != self._complained:
            self._complained = text
            message = types.ShowMessageParams(types.MessageType.Error, f"{SOURCE}: {text}")
            self.window_show_message(message)

    async def settled(self, uri: str) -> None:
        """Wait until a run has seen the text of a file as it is now, but not for ever."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while asyncio.get_running_loop().time() < end:
            document = self.session.documents.get(uri)
            if document is None:
                return
            seen = self._analysed.get(uri)
            if seen is not None and seen == (document.project, document.buffer.read):
                return
            project = document.project
            known = self._waiting.get(project)
            if known is not None:  # somebody waits: no more pause
                known.cancel()
                self._begin(project)
            elif project in self._failed and project not in self._running:
                return
            await asyncio.sleep(0.01)

    # -- what is told ----------------------------------------------------------------------------

    @property
    def units(self) -> str:
        """Return in what the client counts the characters of a line."""
        chosen = self.workspace.position_encoding
        return str(getattr(chosen, "value", chosen) or "utf-16")

    def shown(self, document: Document) -> tuple[list[Finding], list[types.Diagnostic]]:
        """Return what is known of a file, as it stands in its text now."""
        result = self._results.get(document.project)
        seen = self._analysed.get(document.uri)
        if result is None or seen is None:
            return [], []
        now = split(document.buffer.text)
        found = carried(result.findings.get(document.path, ()), split(seen[1]), now)
        lines = {**result.lines, document.path: now}
        address = address_in(document.project.root)
        shown = diagnostics(found, lines, address, result.packs.heads, self.units)
        notes = result.notes.get(document.path, ()) if seen[1] == document.buffer.text else ()
        return found, [*shown, *told(notes, lines, self.units)]

    def _tell(self, project: Project) -> None:
        if self.pulls:
            self.workspace_diagnostic_refresh(None)
            return
        for document in self.session.of(project):
            self._publish(document)

    def _publish(self, document: Document) -> None:
        _, shown = self.shown(document)
        new = shown, document.buffer.version
        if self._sent.get(document.uri) != new:
            self._sent[document.uri] = new
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(document.uri, shown, new[1])
            )

    def drop(self, uri: str) -> None:
        """Take back what was said of a file that is closed."""
        self._analysed.pop(uri, None)
        if self._sent.pop(uri, ([], 0))[0]:
            empty = types.PublishDiagnosticsParams(uri, [])
            self.text_document_publish_diagnostics(empty)

    def sheet(self, document: Document) -> Sheet:
        """Return the file as edits need it."""
        capable = self.client_capabilities
        edits = capable.workspace.workspace_edit if capable.workspace else None
        shows = capable.window.show_document if capable.window else None
        buffer = document.buffer
        return Sheet(
            document.uri,
            document.path,
            buffer.text,
            buffer.version,
            self.units,
            versioned=bool(edits and edits.document_changes),
            shows=bool(shows and shows.support),
        )

    def wish(self, document: Document) -> Any:
        """Return the timeout that the settings ask for, as far as they can be read."""
        result = self._results.get(document.project)
        try:
            return read_wish(result.options.fix_timeout) if result is not None else None
        except UserError as error:
            self._complain(str(error))
            return None
