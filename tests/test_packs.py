"""Rule packs: found, checked, indexed, and imported only when they are needed."""

import importlib.metadata
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import nonevent_rules
from nonevent import indexcache, packs
from nonevent.entrypoints import EntryPoint, entry_points
from nonevent.error import UserError
from nonevent.index import import_pack
from nonevent.packs import Packs
from nonevent.rule import HEADS

INIT = 'RULES = ("waits.slow_call", "waits.fast_call")\n'
RULE = """
from typing import NamedTuple
from nonevent.facts import Call
from nonevent.rule import Table, rule
from {pack}.waits.client import Client

RULE = rule(__file__, on=Call, find=lambda call, rows: (), table=Table("clients", Client))
"""
CLIENT = """
from typing import NamedTuple

class Client(NamedTuple):
    call: str
    seconds: float | None = None
"""
PLAIN_RULE = """
from nonevent.facts import Setting
from nonevent.rule import rule

RULE = rule(__file__, on=Setting, find=lambda setting: ())
"""
ROWS = "rows:\n  - {call: a.get, seconds: 3, source: https://example.com}\n"
PAGE = (
    "---\nseverity: error\nconfidence: high\nsince: 0.1.0\ntags: a, b\n---\n\n# Title\n"
    + "".join(f"\n## {head}\n\nText.\n" for head in HEADS)
)


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """Write a pack of two rules with a name of its own and return its folder."""
    name = "pack_" + "".join(sign if sign.isalnum() else "_" for sign in request.node.name)
    folder = tmp_path / name
    waits = folder / "waits"
    waits.mkdir(parents=True)
    (folder / "__init__.py").write_text(INIT)
    (waits / "__init__.py").touch()
    (waits / "client.py").write_text(CLIENT)
    (waits / "slow_call.py").write_text(RULE.format(pack=name))
    (waits / "slow_call.md").write_text(PAGE)
    (waits / "fast_call.py").write_text(PLAIN_RULE)
    (waits / "fast_call.md").write_text(PAGE)
    (waits / "clients.yaml").write_text(ROWS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return folder


def loaded(folder: Path, *, cache: bool = False) -> Packs:
    return Packs([indexcache.load(folder.name, cache=cache)])


def refusal(folder: Path) -> str:
    with pytest.raises(UserError) as caught:
        loaded(folder)
    return str(caught.value).replace(folder.name, "pack")


def test_a_pack_is_known_by_its_pages(pack: Path) -> None:
    found = loaded(pack)

    assert list(found.heads) == ["fast-call", "slow-call"]
    head = found.heads["slow-call"]
    assert head == found.page("slow-call")._replace(body="")
    assert (head.family, head.severity, head.tags, head.title, head.summary) == (
        "waits",
        "error",
        ("a", "b"),
        "Title",
        "Text.",
    )
    assert found.page("slow-call").body == PAGE.split("---\n", 2)[2].lstrip()


def test_rules_are_found_by_the_facts_they_are_asked_about(pack: Path) -> None:
    found = loaded(pack)

    assert [rule_id for rule_id, _ in found.asked("Call")] == ["slow-call"]
    assert found.asked("Setting") == (("fast-call", None),)
    assert found.asked("Mutation") == ()


def test_a_rule_with_a_catalogue_of_calls_is_asked_about_these_alone(pack: Path) -> None:
    found = loaded(pack)

    assert found.asked("Call") == (("slow-call", found.keys("call")),)


def test_rows_are_handed_out_typed_and_by_key(pack: Path) -> None:
    found = loaded(pack)
    rule = found.find("slow-call")

    assert rule.table is not None
    assert found.rows(rule) == {"a.get": rule.table.row("a.get", 3.0)}
    assert found.rows(found.find("fast-call")) == {}
    assert (found.keys("call"), found.keys("setting")) == (frozenset({"a.get"}), frozenset())


@pytest.mark.parametrize(
    ("select", "ignore", "chosen"),
    [
        pytest.param((), (), {"fast-call", "slow-call"}, id="all without a word"),
        pytest.param(("slow-call",), (), {"slow-call"}, id="one by its name"),
        pytest.param(("waits",), ("slow-call",), {"fast-call"}, id="a family but one"),
        pytest.param((), ("waits",), set(), id="none"),
    ],
)
def test_rules_are_chosen_by_name_and_family(
    pack: Path, select: tuple[str, ...], ignore: tuple[str, ...], chosen: set[str]
) -> None:
    assert loaded(pack).choose(select, ignore) == chosen


def test_a_name_nobody_has_is_refused_with_the_nearest(pack: Path) -> None:
    found = loaded(pack)
    calls: list[tuple[Callable[[], object], str]] = [
        (lambda: found.choose(["slow-cal"]), "select: no rule or family 'slow-cal'"),
        (lambda: found.choose([], ["slow-cal"]), "ignore: no rule or family 'slow-cal'"),
        (lambda: found.page("slow-cal"), "no rule 'slow-cal'"),
        (lambda: found.find("slow-cal"), "no rule 'slow-cal'"),
    ]

    for call, message in calls:
        with pytest.raises(UserError) as caught:
            call()
        assert str(caught.value) == f"{message}; nearest: 'slow-call'"


def _without_page(folder: Path) -> None:
    (folder / "waits" / "slow_call.md").unlink()


def _without_heads(folder: Path) -> None:
    (folder / "waits" / "slow_call.md").write_text(PAGE.replace("## When it is silent", "## Else"))


def _without_rule(folder: Path) -> None:
    (folder / "waits" / "fast_call.py").write_text("x = 1\n")


def _without_module(folder: Path) -> None:
    (folder / "waits" / "fast_call.py").unlink()


def _with_broken_module(folder: Path) -> None:
    (folder / "waits" / "fast_call.py").write_text("x = (\n")


def _with_twin(folder: Path) -> None:
    (folder / "__init__.py").write_text('RULES = ("waits.slow_call", "waits.slow_call")\n')


def _with_list(folder: Path) -> None:
    (folder / "__init__.py").write_text('RULES = ("slow_call",)\n')


def _with_borrowed_rule(folder: Path) -> None:
    text = f"from {folder.name}.waits.slow_call import RULE\n"
    (folder / "waits" / "fast_call.py").write_text(text)


def _with_wrong_row(folder: Path) -> None:
    (folder / "waits" / "clients.yaml").write_text(ROWS.replace("seconds: 3", "seconds: yes"))


def _without_catalogue(folder: Path) -> None:
    (folder / "waits" / "clients.yaml").unlink()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_without_page, "rule pack: waits/slow_call.md cannot be read: No such file or directory"),
        (_without_heads, "waits/slow_call.md: slow-call: the page has no '## When it is silent'"),
        (_without_rule, "pack.waits.fast_call: the module has no RULE"),
        (_without_module, "rule pack: 'pack.waits.fast_call' cannot be imported: No module named"),
        (_with_broken_module, "rule pack: 'pack.waits.fast_call' cannot be imported: '(' was"),
        (_with_twin, "pack.waits.slow_call: 'slow-call' is the name of pack.waits.slow_call"),
        (_with_list, "pack: RULES is a tuple of names like 'family.rule_name'"),
        (_with_borrowed_rule, "pack.waits.fast_call: RULE is 'waits/slow-call', made from another"),
        (
            _with_wrong_row,
            "waits/clients.yaml:2: field 'seconds' is a number or null, not true",
        ),
        (_without_catalogue, "rule pack: waits/clients.yaml cannot be read"),
    ],
)
def test_a_pack_that_is_not_in_order_is_refused(
    pack: Path, damage: Callable[[Path], None], message: str
) -> None:
    damage(pack)

    assert refusal(pack).startswith(message)


def test_two_packs_with_one_name_for_a_rule_are_refused(pack: Path) -> None:
    index = indexcache.load(pack.name, cache=False)

    with pytest.raises(UserError, match="rule packs: 'slow-call' is both"):
        Packs([index, index])


# -- the index that is kept --------------------------------------------------------------------


def kept(folder: Path) -> Path:
    return Path(indexcache.cache_file(str(folder)))


def test_a_kept_index_says_what_was_built(pack: Path) -> None:
    built = loaded(pack, cache=True)
    assert kept(pack).is_file()

    again = loaded(pack, cache=True)

    assert again.heads == built.heads == loaded(pack).heads
    assert again.keys("call") == {"a.get"}
    assert again.rows(again.find("slow-call")) == built.rows(built.find("slow-call"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("waits/slow_call.md", PAGE.replace("# Title", "# Other"), id="a page"),
        pytest.param("waits/clients.yaml", ROWS.replace("a.get", "b.get"), id="a catalogue"),
        pytest.param("waits/new.py", "", id="a new module"),
    ],
)
def test_a_change_in_the_pack_renews_the_index(pack: Path, name: str, text: str) -> None:
    loaded(pack, cache=True)
    before = kept(pack).read_bytes()
    (pack / name).write_text(text)

    found = loaded(pack, cache=True)

    assert kept(pack).read_bytes() != before
    assert (found.heads, found.keys("call")) == (loaded(pack).heads, loaded(pack).keys("call"))


def test_a_damaged_index_is_built_anew(pack: Path) -> None:
    expected = loaded(pack, cache=True).heads
    whole = kept(pack).read_bytes()
    damaged = [b"", b"\0", whole[:-1], whole + b"\0", b"\0" * len(whole)]
    damaged += [
        whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1 :]
        for place in range(0, len(whole), 97)
    ]

    for data in damaged:
        kept(pack).write_bytes(data)
        assert loaded(pack, cache=True).heads == expected
        assert kept(pack).read_bytes() == whole


def test_a_sound_value_of_another_form_is_not_trusted(pack: Path) -> None:
    import marshal
    from zlib import crc32

    loaded(pack, cache=True)
    whole = kept(pack).read_bytes()
    state = marshal.loads(whole[4:])[0]  # noqa: S302  # written by the line before
    values: list[Any] = [None, 3, (), (state,), (state, {"a": 1}, {}), (state, {}, {"a": ()})]

    for value in values:
        data = marshal.dumps(value)
        kept(pack).write_bytes(crc32(data).to_bytes(4, "big") + data)
        assert list(loaded(pack, cache=True).heads) == ["fast-call", "slow-call"]


@pytest.mark.skipif(os.name == "nt", reason="rights of folders are POSIX")
def test_a_folder_that_takes_nothing_is_no_hindrance(pack: Path) -> None:
    import_pack(pack.name)
    for file in (pack / "__pycache__").iterdir():
        file.unlink()
    (pack / "__pycache__").rmdir()
    (pack / "__pycache__").write_text("a file stands in the way, for root as well")

    assert list(loaded(pack, cache=True).heads) == ["fast-call", "slow-call"]


def test_nothing_is_kept_where_python_keeps_nothing(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loaded(pack, cache=True)

    assert not kept(pack).exists()


def test_the_index_stands_where_python_puts_its_own(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "elsewhere"))
    loaded(pack, cache=True)

    assert kept(pack).is_file()
    assert kept(pack).is_relative_to(tmp_path / "elsewhere")


@pytest.mark.slow
def test_a_kept_index_needs_no_rule_and_no_page(pack: Path) -> None:
    loaded(pack, cache=True)
    code = (
        "import sys; from nonevent.indexcache import load; from nonevent.packs import Packs;"
        f"packs = Packs([load({pack.name!r})]); packs.keys('call'); packs.choose();"
        "print(*(name for name in sys.modules if name.split('.')[0] in "
        f"({pack.name!r}, 'yaml', 'json', 'click', 'pathlib', 'hashlib', 'tempfile')))"
    )
    environment = {**os.environ, "PYTHONPATH": str(pack.parent)}

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )

    assert done.stdout.split() == [pack.name]


# -- entry points ------------------------------------------------------------------------------


def distribution(folder: Path, name: str, text: str | None) -> None:
    (folder / name).mkdir(parents=True)
    if text is not None:
        (folder / name / "entry_points.txt").write_text(text)


def test_entry_points_are_those_that_python_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    text = (
        "[console_scripts]\na = b:c\n\n[nonevent.rules]\n# a remark\none = pack_one\n{}\n"
        "[other]\nx = y\n"
    )
    distribution(first, "one-1.0.dist-info", text.format("two=pack_two [extra]"))
    distribution(first, "Some.Name-2.dist-info", "[nonevent.rules]\nnamed = named\n")
    distribution(first, "old-1.egg-info", "[nonevent.rules]\nold = old_pack\n")
    distribution(first, "empty-1.dist-info", None)
    distribution(second, "one-0.9.dist-info", text.format("shadowed = hidden"))
    distribution(second, "some_name-1.dist-info", "[nonevent.rules]\nnamed = hidden\n")
    distribution(second, "none-1.dist-info", "[nonevent.rules.more]\nx = y\n")
    path = [str(first), str(tmp_path / "missing"), str(second)]

    found = entry_points(packs.GROUP, path)

    assert found == (
        EntryPoint("named", "named"),
        EntryPoint("old", "old_pack"),
        EntryPoint("one", "pack_one"),
        EntryPoint("two", "pack_two"),
    )
    monkeypatch.setattr(sys, "path", path)
    points = importlib.metadata.entry_points(group=packs.GROUP)
    assert set(found) == {(point.name, point.module) for point in points}


def test_entry_points_of_this_environment_are_those_that_python_finds() -> None:
    expected = {
        (point.name, point.value) for point in importlib.metadata.entry_points(group=packs.GROUP)
    }

    assert set(entry_points(packs.GROUP, sys.path)) == expected
    assert ("builtin", "nonevent_rules") in expected


@pytest.mark.parametrize("relative", [False, True])
def test_the_working_directory_brings_no_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relative: bool
) -> None:
    distribution(tmp_path, "evil-1.dist-info", "[nonevent.rules]\nevil = evil\n")
    monkeypatch.chdir(tmp_path)

    assert entry_points(packs.GROUP, ["", "."] if relative else [str(tmp_path)]) == ()


# -- the built-in pack -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def builtin() -> Packs:
    return Packs([indexcache.load("nonevent_rules", cache=False)])


def test_the_table_of_contents_is_what_lies_in_the_folders() -> None:
    folder = Path(str(nonevent_rules.__file__)).parent
    pages = {f"{page.parent.name}.{page.stem}" for page in folder.glob("*/*.md")}

    assert sorted(nonevent_rules.RULES) == sorted(pages)


def test_every_built_in_rule_is_in_order(builtin: Packs) -> None:
    found = {f"{page.family}.{name.replace('-', '_')}" for name, page in builtin.heads.items()}

    assert found == set(nonevent_rules.RULES)


def test_what_is_loaded_is_the_built_in_pack(builtin: Packs) -> None:
    assert set(packs.load(cache=False).heads) >= set(builtin.heads)
