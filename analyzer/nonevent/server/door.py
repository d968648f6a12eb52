"""What a client says and asks, and what is answered."""

import logging
import os
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.uris import to_fs_path

from nonevent import packs
from nonevent.options import Given
from nonevent.plain import plain
from nonevent.server.actions import (
    EXPLAIN,
    FIX_ALL,
    KINDS,
    PLACE,
    actions,
    fixing_all,
    overlaps,
)
from nonevent.server.diagnostics import SOURCE
from nonevent.server.pages import write_page
from nonevent.server.serving import PAUSE, Server

__all__ = ["serve"]

WATCHED = "**/*.{py,sql,toml,xml,yaml,yml,json,txt,ini,conf,cfg,lock,properties,prisma}"


# -- the life of a session -------------------------------------------------------------------------


def initialize(server: Server, params: types.InitializeParams) -> None:
    """Take the folders, and offer to be asked for diagnostics where the client takes that whole."""
    capable = params.capabilities
    text, space = capable.text_document, capable.workspace
    pulls = text is not None and text.diagnostic is not None
    refreshes = space is not None and space.diagnostics is not None
    server.pulls = pulls and bool(refreshes and space.diagnostics.refresh_support)  # type: ignore[union-attr]  # asked one line above
    if server.pulls:
        # between files and not for the workspace: only what is open is spoken of
        options = types.DiagnosticOptions(
            inter_file_dependencies=True, workspace_diagnostics=False, identifier=SOURCE
        )
        server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(pull)
    _take_folders(server)


def initialized(server: Server, params: types.InitializedParams) -> None:
    """Ask to be told of files that change outside the editor."""
    del params
    space = server.client_capabilities.workspace
    watched = space.did_change_watched_files if space else None
    if watched and watched.dynamic_registration:
        options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(WATCHED)])
        registration = types.Registration(
            "files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options
        )
        server.client_register_capability(types.RegistrationParams([registration]))


def shutdown(server: Server, params: None) -> None:
    """Remember that the client took its leave."""
    del params
    server.ended = True


def leave(server: Server, params: None) -> None:
    """End the process: pygls would wait for a client that keeps its end of the pipe open."""
    del params
    os._exit(_code(server))


def _code(server: Server) -> int:
    return 0 if server.ended else 1


def folders_changed(server: Server, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Sort the open files into the folders that there are now."""
    del params
    _take_folders(server)
    for project in server.session.projects():
        server.plan(project)


def _take_folders(server: Server) -> None:
    space = server.workspace
    uris = list(space.folders) or [space.root_uri]
    found = (to_fs_path(uri) for uri in uris if uri)
    server.session.serve([os.path.normpath(folder) for folder in found if folder])


# -- files -----------------------------------------------------------------------------------------


def opened(server: Server, params: types.DidOpenTextDocumentParams) -> None:
    """Take a file's text."""
    document = params.text_document
    file = to_fs_path(document.uri)
    if file and document.uri.startswith("file:"):
        known = server.session.open(document.uri, file, document.text, document.version)
        server.plan(known.project)


def changed(server: Server, params: types.DidChangeTextDocumentParams) -> None:
    """Take a file's text as it is now; the run waits for the next keystroke."""
    uri = params.text_document.uri
    text = server.workspace.get_text_document(uri).source
    document = server.session.change(uri, text, params.text_document.version)
    if document is not None:
        server.plan(document.project, PAUSE)


def saved(server: Server, params: types.DidSaveTextDocumentParams) -> None:
    """Look anew at the project; settings may have been what was saved."""
    document = server.session.save(params.text_document.uri)
    if document is not None:
        server.plan(document.project)
    else:
        files_changed(server, None)


def closed(server: Server, params: types.DidCloseTextDocumentParams) -> None:
    """Let go of a file: what is on disk counts again."""
    document = server.session.close(params.text_document.uri)
    if document is not None:
        server.drop(document.uri)
        server.plan(document.project)


def files_changed(server: Server, params: types.DidChangeWatchedFilesParams | None) -> None:
    """Look anew at files that changed outside the editor."""
    del params
    for project in server.session.projects():
        project.forget()
        server.plan(project, PAUSE)


# -- questions -------------------------------------------------------------------------------------


async def pull(
    server: Server, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport:
    """Return the diagnostics of a file as it is now."""
    uri = params.text_document.uri
    await server.settled(uri)
    document = server.session.documents.get(uri)
    items = server.shown(document)[1] if document is not None else []
    return types.RelatedFullDocumentDiagnosticReport(items)


async def hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    """Return the page of the rule whose finding stands at a place."""
    document = server.session.documents.get(params.text_document.uri)
    if document is None:
        return None
    found, shown = server.shown(document)
    here = types.Range(params.position, params.position)
    rules = dict.fromkeys(
        each.rule
        for each, diagnostic in zip(found, shown, strict=False)
        if overlaps(diagnostic.range, here)
    )
    if not rules:
        return None
    pages = [packs.load().page(rule).body.strip() for rule in rules]
    text = server.client_capabilities.text_document
    takes = text.hover.content_format if text and text.hover else None
    if takes and types.MarkupKind.Markdown not in takes:
        bare = "\n\n".join(plain(page, color=False) for page in pages)
        return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, bare))
    body = "\n\n---\n\n".join(pages)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, body))


async def offer(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return what can be done about the findings in a range."""
    uri = params.text_document.uri
    await server.settled(uri)
    document = server.session.documents.get(uri)
    if document is None or document.buffer.text != document.buffer.read:
        return []
    found, shown = server.shown(document)
    sheet, wish = server.sheet(document), server.wish(document)
    only = params.context.only
    offered: list[types.CodeAction] = []
    if _asks(only, types.CodeActionKind.QuickFix):
        pairs = [
            (each, diagnostic)
            for each, diagnostic in zip(found, shown, strict=False)
            if overlaps(diagnostic.range, params.range)
        ]
        offered += actions([each for each, _ in pairs], [each for _, each in pairs], sheet, wish)
    # without being asked for it, "fix all" would stand in every menu
    if only and _asks(only, FIX_ALL):
        every = fixing_all(found, sheet, wish)
        offered += [every] if every is not None else []
    return offered


def _asks(only: Sequence[types.CodeActionKind | str] | None, kind: str) -> bool:
    """Tell whether a client wants actions of this kind, or of one that it is part of."""
    asked = [str(getattr(each, "value", each)) for each in only or ()]
    kind = str(getattr(kind, "value", kind))
    return not only or any(kind == each or kind.startswith(f"{each}.") for each in asked)


async def explain(server: Server, rule: str) -> str:
    """Show a rule's page and return it."""
    page = packs.load().page(rule)
    window = server.client_capabilities.window
    if window and window.show_document and window.show_document.support:
        uri = write_page(page)
        await server.window_show_document_async(types.ShowDocumentParams(uri, take_focus=True))
    else:
        text = f"{page.title}: {page.summary}"
        message = types.ShowMessageParams(types.MessageType.Info, text)
        server.window_show_message(message)
    return page.body


async def write_reason(server: Server, uri: str, line: int, character: int) -> None:
    """Put the cursor where the reason of a suppression is written."""
    place = types.Position(line, character)
    await server.window_show_document_async(
        types.ShowDocumentParams(uri, take_focus=True, selection=types.Range(place, place))
    )


HANDLERS: tuple[tuple[str, Any, Any], ...] = (
    (types.INITIALIZE, initialize, None),
    (types.INITIALIZED, initialized, None),
    (types.SHUTDOWN, shutdown, None),
    (types.EXIT, leave, None),
    (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, folders_changed, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, files_changed, None),
    (types.TEXT_DOCUMENT_DID_OPEN, opened, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, changed, None),
    (types.TEXT_DOCUMENT_DID_SAVE, saved, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, closed, None),
    (types.TEXT_DOCUMENT_HOVER, hover, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, offer, types.CodeActionOptions(code_action_kinds=KINDS)),
)
COMMANDS = ((EXPLAIN, explain), (PLACE, write_reason))


def serve(given: Given, incoming: BinaryIO, outgoing: BinaryIO) -> int:
    """Serve one client until it leaves; return 0, or 1 where it left without a word."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    server = Server(given)
    for name, handler, options in HANDLERS:
        server.feature(name, options)(handler)
    for name, handler in COMMANDS:
        server.command(name)(handler)
    server.start_io(incoming, outgoing)
    return _code(server)
