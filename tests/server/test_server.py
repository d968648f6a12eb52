"""`nonevent server` as an editor meets it: a process that speaks the protocol."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

pytest_lsp = pytest.importorskip("pytest_lsp", reason="pytest-lsp is not installed")

from lsprotocol import types  # noqa: E402
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.asyncio]

LATER = 20.0  # seconds until what does not come is missing
COMMAND = [sys.executable, "-m", "nonevent", "server"]
FAULT = "import requests\n\n\ndef load(url):\n    return requests.get(url)\n"
SOUND = FAULT.replace("get(url)", "get(url, timeout=5)")
ASTRAL = 'import requests\n\n\ndef load():\n\treturn "𝒳", requests.get("𝒴"), 1\n'


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND))  # type: ignore[untyped-decorator]
async def client(lsp_client: LanguageClient) -> Any:
    yield
    await asyncio.wait_for(lsp_client.shutdown_session(), LATER)


def neovim() -> types.ClientCapabilities:
    return client_capabilities("neovim@0.7.0")


def pulling() -> types.ClientCapabilities:
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            diagnostic=types.DiagnosticClientCapabilities()
        ),
        workspace=types.WorkspaceClientCapabilities(
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
        ),
    )


async def begin(
    client: LanguageClient, *folders: Path, able: types.ClientCapabilities | None = None
) -> types.InitializeResult:
    spaces = [types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders]
    return await client.initialize_session(
        types.InitializeParams(able or neovim(), root_uri=None, workspace_folders=spaces)
    )


def show(client: LanguageClient, file: Path, text: str | None = None) -> str:
    text = file.read_bytes().decode() if text is None else text
    item = types.TextDocumentItem(file.as_uri(), "python", 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    return file.as_uri()


def write(client: LanguageClient, uri: str, text: str, version: int) -> None:
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version, uri),
            [types.TextDocumentContentChangeWholeDocument(text)],
        )
    )


def places(shown: Sequence[types.Diagnostic]) -> list[tuple[Any, ...]]:
    return [
        (each.code, each.range.start.line, each.range.start.character, each.range.end.character)
        for each in shown
    ]


async def until(found: Callable[[], bool]) -> None:
    end = asyncio.get_running_loop().time() + LATER
    while not found():
        assert asyncio.get_running_loop().time() < end, "it never came"
        await asyncio.sleep(0.02)


async def shown(client: LanguageClient, uri: str, *codes: str) -> Sequence[types.Diagnostic]:
    """Return the diagnostics of a file once they have these codes."""
    await until(
        lambda: (
            uri in client.diagnostics
            and [each.code for each in client.diagnostics[uri]] == list(codes)
        )
    )
    return client.diagnostics[uri]


async def offered(
    client: LanguageClient, uri: str, place: types.Range, *only: str
) -> list[types.CodeAction]:
    context = types.CodeActionContext([], only=list(only) or None)
    found = await client.text_document_code_action_async(
        types.CodeActionParams(types.TextDocumentIdentifier(uri), place, context)
    )
    return [each for each in found or () if isinstance(each, types.CodeAction)]


def edits_of(action: types.CodeAction) -> list[types.TextEdit]:
    edit = action.edit
    assert edit is not None
    if edit.changes is not None:
        return [each for edits in edit.changes.values() for each in edits]
    found = [each for each in edit.document_changes or () if hasattr(each, "edits")]
    return [each for one in found for each in one.edits if isinstance(each, types.TextEdit)]


def applied(text: str, edits: Sequence[types.TextEdit]) -> str:
    """Return the text with edits made as a client makes them that counts UTF-16 units."""
    lines = [*text.splitlines(keepends=True), ""]

    def offset(place: types.Position) -> int:
        units = lines[place.line].encode("utf-16-le")[: place.character * 2]
        before = sum(len(line) for line in lines[: place.line])
        return before + len(units.decode("utf-16-le"))

    for edit in sorted(edits, key=lambda each: offset(each.range.start), reverse=True):
        start, end = offset(edit.range.start), offset(edit.range.end)
        text = text[:start] + edit.new_text + text[end:]
    return text


ANYWHERE = types.Range(types.Position(0, 0), types.Position(99, 0))


async def test_what_is_typed_is_judged_and_not_what_lies_on_disk(
    client: LanguageClient, tmp_path: Path
) -> None:
    file = tmp_path / "load.py"
    file.write_text(SOUND)
    await begin(client, tmp_path)
    uri = show(client, file)
    await shown(client, uri)

    write(client, uri, FAULT, 2)

    found = await shown(client, uri, "call-without-timeout")
    assert places(found) == [("call-without-timeout", 4, 11, 23)]
    assert (found[0].source, found[0].severity) == ("nonevent", types.DiagnosticSeverity.Warning)
    assert file.read_text() == SOUND


async def test_a_place_counts_utf_16_units_and_a_tab_for_one(
    client: LanguageClient, tmp_path: Path
) -> None:
    file = tmp_path / "load.py"
    file.write_bytes(ASTRAL.replace("\n", "\r\n").encode())
    await begin(client, tmp_path)
    uri = show(client, file)

    found = await shown(client, uri, "call-without-timeout")

    assert places(found) == [("call-without-timeout", 4, 14, 26)]


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lines that end as on Unix", "CRLF"])
async def test_a_fix_is_made_by_the_client_and_leaves_nothing(
    client: LanguageClient, tmp_path: Path, end: str
) -> None:
    file = tmp_path / "load.py"
    text = ASTRAL.replace("\n", end)
    file.write_bytes(text.encode())
    await begin(client, tmp_path)
    uri = show(client, file)
    found = await shown(client, uri, "call-without-timeout")

    fix = (await offered(client, uri, found[0].range, "quickfix"))[0]
    mended = applied(text, edits_of(fix))
    write(client, uri, mended, 2)

    assert (fix.is_preferred, fix.kind) == (True, types.CodeActionKind.QuickFix)
    assert mended == text.replace('get("𝒴")', 'get("𝒴", timeout=(3.05, 27))')
    await shown(client, uri)


async def test_an_unsafe_fix_says_that_it_is_and_is_not_preferred(
    client: LanguageClient, tmp_path: Path
) -> None:
    file = tmp_path / "start.py"
    file.write_text('import logging\n\nhandler = logging.FileHandler("/var/log/shop.log")\n')
    await begin(client, tmp_path)
    uri = show(client, file)
    await shown(client, uri, "log-to-local-file")

    fix = (await offered(client, uri, ANYWHERE, "quickfix"))[0]

    assert fix.title.endswith("(unsafe: it may change more than what was found)")
    assert fix.is_preferred is None
    assert await offered(client, uri, ANYWHERE, "source.fixAll") == []


async def test_fix_all_makes_every_safe_edit_of_the_file(
    client: LanguageClient, tmp_path: Path
) -> None:
    file = tmp_path / "load.py"
    text = FAULT + "\n\ndef send(url):\n    return requests.post(url)\n"
    file.write_text(text)
    await begin(client, tmp_path)
    uri = show(client, file)
    await shown(client, uri, "call-without-timeout", "call-without-timeout")

    every = await offered(client, uri, ANYWHERE, "source.fixAll")

    assert [each.kind for each in every] == ["source.fixAll.nonevent"]
    assert applied(text, edits_of(every[0])) == text.replace(
        "(url)\n", "(url, timeout=(3.05, 27))\n"
    )


async def test_a_suppression_counts_once_a_person_has_written_the_reason(
    client: LanguageClient, tmp_path: Path
) -> None:
    file = tmp_path / "load.py"
    text = FAULT.replace("requests.get(url)", "requests.get(\n        url,\n    )")
    file.write_text(text)
    await begin(client, tmp_path)
    uri = show(client, file)
    await shown(client, uri, "call-without-timeout")

    suppress = next(
        each for each in await offered(client, uri, ANYWHERE) if each.title.startswith("Suppress")
    )
    bare = applied(text, edits_of(suppress))
    write(client, uri, bare, 2)

    line = "    # nonevent: ignore[call-without-timeout] "
    assert bare == text.replace("    return", f"{line}\n    return")
    await shown(client, uri, "suppression-without-reason", "call-without-timeout")
    write(client, uri, bare.replace(line, line + "it waits on purpose"), 3)
    await shown(client, uri)


async def test_what_can_go_is_faded(client: LanguageClient, tmp_path: Path) -> None:
    file = tmp_path / "load.py"
    file.write_text("# nonevent: ignore[call-without-timeout] it was slow\nx = 1\n")
    await begin(client, tmp_path)
    uri = show(client, file)

    found = await shown(client, uri, "unused-suppression")

    assert list(found[0].tags or ()) == [types.DiagnosticTag.Unnecessary]


async def test_a_finding_names_the_places_that_explain_it(
    client: LanguageClient, tmp_path: Path
) -> None:
    held, used = tmp_path / "held.py", tmp_path / "used.py"
    held.write_text("é = 1; CARTS = {}\n")
    used.write_text(
        "from flask import Flask\nfrom held import CARTS\n\napp = Flask(__name__)\n\n\n"
        '@app.post("/carts/<name>")\ndef put(name):\n    CARTS[name] = 1\n    return ""\n'
    )
    await begin(client, tmp_path)
    uri = show(client, used)

    found = await shown(client, uri, "module-state-in-handler")

    beside = [
        (each.location.uri, each.location.range.start.line, each.location.range.start.character)
        for each in found[0].related_information or ()
    ]
    assert beside == [(held.as_uri(), 0, 7), (uri, 7, 4)]


async def faulty(client: LanguageClient, folder: Path) -> str:
    """Open a file with a fault, and return its address once that is shown."""
    file = folder / "load.py"
    file.write_text(FAULT)
    await begin(client, folder)
    uri = show(client, file)
    await shown(client, uri, "call-without-timeout")
    return uri


async def test_hover_shows_the_page_of_the_rule(client: LanguageClient, tmp_path: Path) -> None:
    uri = await faulty(client, tmp_path)

    def at(line: int, character: int) -> types.HoverParams:
        here = types.TextDocumentIdentifier(uri)
        return types.HoverParams(here, types.Position(line, character))

    over = await client.text_document_hover_async(at(4, 15))
    beside = await client.text_document_hover_async(at(3, 5))

    assert over is not None
    assert isinstance(over.contents, types.MarkupContent)
    assert over.contents.kind is types.MarkupKind.Markdown
    assert over.contents.value.startswith("# ")
    assert "## What to do instead" in over.contents.value
    assert beside is None


async def test_explain_shows_the_page(client: LanguageClient, tmp_path: Path) -> None:
    await begin(client, tmp_path)

    said = await client.workspace_execute_command_async(
        types.ExecuteCommandParams("nonevent.explain", arguments=["call-without-timeout"])
    )

    assert isinstance(said, str)
    assert "## What it finds" in said
    opened = [Path(each.uri.removeprefix("file://")) for each in client.shown_documents]
    assert [page.read_text() for page in opened] in ([said], [])
    assert opened or client.messages


async def test_a_half_written_statement_takes_no_finding_away(
    client: LanguageClient, tmp_path: Path
) -> None:
    uri = await faulty(client, tmp_path)

    write(client, uri, "import os\n" + FAULT + "\n\ndef broken(\n", 2)

    await until(
        lambda: places(client.diagnostics.get(uri, ())) == [("call-without-timeout", 5, 11, 23)]
    )


async def test_another_open_file_hears_of_a_change(client: LanguageClient, tmp_path: Path) -> None:
    held, used = tmp_path / "held.py", tmp_path / "used.py"
    held.write_text(
        "import requests\n\n\ndef fetch(url, timeout=None):\n"
        "    return requests.get(url, timeout=timeout)\n"
    )
    used.write_text("from held import fetch\n\n\ndef load(url):\n    return fetch(url)\n")
    await begin(client, tmp_path)
    here, there = show(client, held), show(client, used)
    found = await shown(client, there, "unbounded-timeout")

    write(client, here, held.read_text().replace("timeout=None", "timeout=5"), 2)

    assert found[0].range.start.line == 4
    await shown(client, there)


async def test_settings_are_read_anew_when_they_change(
    client: LanguageClient, tmp_path: Path
) -> None:
    uri = await faulty(client, tmp_path)

    settings = tmp_path / "nonevent.toml"
    settings.write_text('ignore = ["call-without-timeout"]\n')
    event = types.FileEvent(settings.as_uri(), types.FileChangeType.Created)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    await shown(client, uri)
    settings.write_text('ignore = ["call-without-timeou"]\n')
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    await until(lambda: bool(client.messages))
    assert "no rule or family 'call-without-timeou'" in client.messages[-1].message
    settings.unlink()
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    await shown(client, uri, "call-without-timeout")


async def test_each_folder_of_a_workspace_has_its_own_settings(
    client: LanguageClient, tmp_path: Path
) -> None:
    for name in ("shop", "till"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "load.py").write_text(FAULT)
    (tmp_path / "till" / "nonevent.toml").write_text('ignore = ["timeouts"]\n')
    await begin(client, tmp_path / "shop", tmp_path / "till")

    shop = show(client, tmp_path / "shop" / "load.py")
    till = show(client, tmp_path / "till" / "load.py")

    await shown(client, shop, "call-without-timeout")
    await shown(client, till)


async def test_a_file_that_is_closed_says_nothing_more(
    client: LanguageClient, tmp_path: Path
) -> None:
    file = tmp_path / "load.py"
    file.write_text(SOUND)
    await begin(client, tmp_path)
    uri = show(client, file, FAULT)
    await shown(client, uri, "call-without-timeout")

    here = types.TextDocumentIdentifier(uri)
    client.text_document_did_close(types.DidCloseTextDocumentParams(here))

    await shown(client, uri)


async def test_a_file_outside_every_folder_is_analysed_alone(
    client: LanguageClient, tmp_path: Path
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "beside.py").write_text(FAULT)
    await begin(client, tmp_path / "shop")

    uri = show(client, tmp_path / "beside.py")

    await shown(client, uri, "call-without-timeout")


async def test_a_folder_that_joins_the_workspace_takes_its_files_in(
    client: LanguageClient, tmp_path: Path
) -> None:
    for name in ("shop", "till"):
        (tmp_path / name).mkdir()
    till = tmp_path / "till"
    (till / "held.py").write_text("CARTS = {}\n")
    used = till / "used.py"
    used.write_text(
        "from flask import Flask\nfrom held import CARTS\n\napp = Flask(__name__)\n\n\n"
        '@app.post("/carts/<name>")\ndef put(name):\n    CARTS[name] = 1\n    return ""\n'
    )
    await begin(client, tmp_path / "shop")
    uri = show(client, used)
    await shown(client, uri)

    joined = types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(till.as_uri(), "till")], [])
    client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(joined))

    await shown(client, uri, "module-state-in-handler")


async def test_actions_do_not_wait_for_settings_that_are_wrong(
    client: LanguageClient, tmp_path: Path
) -> None:
    file = tmp_path / "load.py"
    file.write_text(FAULT)
    (tmp_path / "nonevent.toml").write_text("ignore = 3\n")
    await begin(client, tmp_path)
    uri = show(client, file)
    await until(lambda: bool(client.messages))

    before = asyncio.get_running_loop().time()
    actions = await offered(client, uri, ANYWHERE)

    assert actions == []
    assert asyncio.get_running_loop().time() - before < 4


async def test_a_client_that_asks_gets_answers_and_is_sent_nothing(
    client: LanguageClient, tmp_path: Path
) -> None:
    file = tmp_path / "load.py"
    file.write_text(SOUND)
    await begin(client, tmp_path, able=pulling())
    uri = show(client, file)
    write(client, uri, FAULT, 2)

    asked = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
    said = await client.text_document_diagnostic_async(asked)

    assert isinstance(said, types.RelatedFullDocumentDiagnosticReport)
    assert places(said.items) == [("call-without-timeout", 4, 11, 23)]
    assert client.diagnostics == {}
    await until(lambda: client.diagnostic_refresh_count > 0)
