"""What earlier runs learned: the same findings, and nothing read twice."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from nonevent import outcome
from nonevent.cache import decode, encode
from nonevent.config import Config
from nonevent.facts import Call, FileFacts, Kind, Setting, Value
from nonevent.finding import Finding
from nonevent.location import Location
from nonevent.note import Note
from nonevent.options import Options, complete
from nonevent.options import Value as Said
from nonevent.pipeline import check, prepare
from nonevent.reading import Asked, read
from nonevent.store import FILE, FORM, KEPT, open_store

SHOP = {
    "shop/state.py": "CARTS = {}\nSIZES = {'s': 1}\n",
    "shop/carts.py": (
        "from . import state\n\ndef add(user, item):\n    state.CARTS.setdefault(user, item)\n"
    ),
    "shop/documents.py": (
        "def store(name):\n"
        "    with open(f'/srv/shop/{name}', 'w') as file:\n"
        "        file.write(name)\n"
    ),
    "shop/web.py": (
        "from flask import Blueprint\n"
        "from shop.carts import add\n"
        "from shop.documents import store\n"
        "bp = Blueprint('cart', __name__)\n"
        "@bp.route('/cart', methods=['POST'])\n"
        "def cart():\n"
        "    add('me', 'it')\n"
        "    return store('x')\n"
    ),
    "shop/rates.py": (
        "import requests\n\ndef rates():\n    return requests.get('https://x.example')\n\n"
        "TABLE = [rates]\n"
    ),
    "shop/bad.py": "KEY = '\0'\n",
    "migrations/0001.sql": "ALTER TABLE cart DROP COLUMN size;\n",
}
FILLER = {f"shop/part_{number}.py": f"PART = {number}\n" for number in range(45)}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in (SHOP | FILLER).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    settle()
    return tmp_path


def settle() -> None:
    """Wait until a file that was just written cannot change again within the same time stamp."""
    time.sleep(0.06)


class Watch:
    """The Python files below a folder that are opened while it looks; a hook cannot be removed."""

    def __init__(self) -> None:
        self.folder = ""
        self.opened: set[str] = set()
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and self.folder:
            path = str(arguments[0])
            if path.startswith(self.folder) and path.endswith((".py", ".sql")):
                self.opened.add(path[len(self.folder) + 1 :])


WATCH = Watch()


def run(folder: Path, *, opened: bool = False, **options: Said) -> tuple[object, ...]:
    """Return what a run in the folder finds and notes, and with `opened` the files it opened."""
    WATCH.folder, WATCH.opened = os.path.realpath(folder), set()
    try:
        answer = said(folder, complete(options, {}))
    finally:
        WATCH.folder = ""
    return (*answer, WATCH.opened) if opened else answer


def said(folder: Path, options: Options) -> tuple[object, ...]:
    os.chdir(folder)  # undone by the fixture of every test
    report = check(options, Config(), str(folder))
    return report.findings, report.notes, report.suppressed, report.sources


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(".")


def rules(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(one.location.path, one.rule) for one in findings}


# -- the same findings ---------------------------------------------------------------------------


def test_a_second_run_says_the_same_and_reads_only_what_it_shows(shop: Path) -> None:
    cold = run(shop, no_cache=True)
    first = run(shop)
    *warm, opened = run(shop, opened=True)

    assert first == cold == tuple(warm)
    assert opened == set(cold[-1])  # type: ignore[call-overload]  # sources


def test_no_cache_leaves_nothing_behind(shop: Path) -> None:
    run(shop, no_cache=True)

    assert not (shop / ".nonevent_cache").exists()


def test_few_files_are_read_each_time(shop: Path) -> None:
    for name in FILLER:
        (shop / name).unlink()
    run(shop)

    assert not (shop / ".nonevent_cache").exists()


def test_the_folder_keeps_itself_out_of_version_control_and_backups(shop: Path) -> None:
    run(shop, cache_dir="kept/here")

    assert not (shop / ".nonevent_cache").exists()
    assert (shop / "kept/here/.gitignore").read_text() == "*\n"
    assert (
        (shop / "kept/here/CACHEDIR.TAG")
        .read_text()
        .startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )


def edit(shop: Path) -> None:
    (shop / "shop/part_3.py").write_text("import requests\nrequests.get('https://x.example')\n")


def rename(shop: Path) -> None:
    (shop / "shop/rates.py").rename(shop / "shop/prices.py")


def delete(shop: Path) -> None:
    (shop / "shop/web.py").unlink()


def touch(shop: Path) -> None:
    for name in SHOP:
        os.utime(shop / name)


def reset(shop: Path) -> None:
    """Change a file and give it its size and its times again."""
    file = shop / "shop/rates.py"
    before = file.stat()
    file.write_text(file.read_text().replace("requests.get", "requests.got"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def swap(shop: Path) -> None:
    """Let two files change places: each keeps its inode, size and time."""
    one, two = shop / "shop/rates.py", shop / "shop/documents.py"
    one.rename(shop / "shop/other")
    two.rename(one)
    (shop / "shop/other").rename(two)


def empty(shop: Path) -> None:
    (shop / "shop/carts.py").write_text("")


def name_a_caller(shop: Path) -> None:
    """Make a file matter that said nothing: it calls what nobody called."""
    (shop / "shop/web.py").unlink()
    (shop / "shop/part_7.py").write_text(SHOP["shop/web.py"])


def make_a_container(shop: Path) -> None:
    (shop / "shop/part_8.py").write_text("SEEN = []\n")
    (shop / "shop/web.py").write_text(
        SHOP["shop/web.py"].replace("    add(", "    part_8.SEEN.append(1)\n    add(")
        + "from shop import part_8\n"
    )


CHANGES = [
    edit,
    rename,
    delete,
    touch,
    reset,
    swap,
    empty,
    name_a_caller,
    make_a_container,
]


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.replace("_", " "))
def test_after_a_change_a_run_says_what_a_first_one_says(
    shop: Path, change: Callable[[Path], None]
) -> None:
    before = run(shop)
    change(shop)
    settle()
    after = run(shop)

    assert after == run(shop, no_cache=True)
    assert (after == before) == (change is touch)
    assert run(shop) == after


def test_what_is_reverted_is_known_again(shop: Path) -> None:
    first = run(shop)
    edit(shop)
    run(shop)
    (shop / "shop/part_3.py").write_text(FILLER["shop/part_3.py"])

    assert run(shop) == first


def test_a_suppression_runs_out_although_nothing_has_changed(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = shop / "shop/rates.py"
    mark = "  # nonevent: ignore[call-without-timeout] until 2027-01-31 the gateway goes"
    lines = [
        line + mark if "requests.get" in line else line for line in place.read_text().split("\n")
    ]
    place.write_text("\n".join(lines))
    monkeypatch.setattr(outcome, "today", lambda: "2027-01-31")
    before = run(shop)
    assert run(shop) == before

    monkeypatch.setattr(outcome, "today", lambda: "2027-02-01")
    assert run(shop) != before


def test_one_changed_file_is_the_only_one_that_is_read(shop: Path) -> None:
    run(shop)
    (shop / "shop/part_3.py").write_text("PART = 'three'\n")
    settle()
    *warm, opened = run(shop, opened=True)

    assert tuple(warm) == run(shop, no_cache=True)
    assert opened <= {"shop/part_3.py", *SHOP}  # type: ignore[operator]


def test_a_fresh_checkout_profits(shop: Path, tmp_path: Path) -> None:
    run(shop)
    facts = stored(shop)
    other = tmp_path / "checkout"
    for name in SHOP | FILLER:
        (other / name).parent.mkdir(exist_ok=True, parents=True)
        (other / name).write_text((shop / name).read_text())
    shutil.copytree(shop / ".nonevent_cache", other / ".nonevent_cache")
    settle()

    assert run(other) == run(other, no_cache=True)
    assert stored(other) == facts  # the outcome of these files takes the place of the other's


@pytest.fixture
def changed(shop: Path) -> Path:
    """Return a repository with a change that makes what other files do reachable."""
    (shop / "shop/web.py").write_text("from flask import Blueprint\n")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "First")):
        who = ("-c", "user.name=a", "-c", "user.email=a@b.example")
        subprocess.run(["git", *who, *arguments], cwd=shop, check=True)
    (shop / "shop/web.py").write_text(SHOP["shop/web.py"])
    settle()
    return shop


def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of the files that are parsed from now on."""
    paths: list[str] = []

    def reading(path: str, text: str, asked: Asked) -> FileFacts:
        paths.append(path)
        return read(path, text, asked)

    monkeypatch.setattr("nonevent.sight.read", reading)
    return paths


def test_a_second_look_at_a_change_reads_its_own_files_alone(
    changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = run(changed, no_cache=True, diff="HEAD")
    first = run(changed, diff="HEAD")
    paths = parsed(monkeypatch)
    warm = run(changed, diff="HEAD")

    assert ("shop/documents.py", "local-file-write") in rules(cold[0])  # type: ignore[arg-type]
    assert first == cold == warm
    assert set(paths) <= {"shop/web.py"}


def test_a_look_at_a_change_profits_from_a_look_at_all_and_takes_nothing_from_it(
    changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(changed)
    paths = parsed(monkeypatch)
    run(changed, diff="HEAD")
    again = run(changed)
    (changed / "shop/part_3.py").write_text("PART = 'three'\n")
    settle()
    *_, opened = run(changed, opened=True)

    assert set(paths) <= SHOP.keys()
    assert again == whole
    assert opened <= {"shop/part_3.py", *SHOP}  # type: ignore[operator]


def test_a_change_that_is_looked_at_without_a_cache_leaves_none(changed: Path) -> None:
    run(changed, no_cache=True, diff="HEAD")

    assert not (changed / ".nonevent_cache").exists()


def test_what_came_out_of_older_files_is_not_kept(shop: Path) -> None:
    run(shop)
    kept = stored(shop)
    for count in range(3):
        (shop / "shop/part_3.py").write_text(f"PART = {count}\n")
        settle()
        run(shop)

    assert stored(shop) == kept
    assert run(shop) == run(shop, no_cache=True)


def test_values_are_kept_in_less_room(tmp_path: Path) -> None:
    value = b"the same words again and again; " * 4000
    store = open_store(str(tmp_path), time.time())
    assert store is not None
    store.put({b"key": value})

    assert store.get([b"key"]) == {b"key": value}
    store.close()
    connection = sqlite3.connect(tmp_path / FILE)
    assert connection.execute("SELECT length(value) FROM kept").fetchone()[0] < len(value) / 10
    connection.close()


def stored(folder: Path) -> set[bytes]:
    connection = sqlite3.connect(folder / ".nonevent_cache" / FILE)
    keys = {key for (key,) in connection.execute("SELECT key FROM kept")}
    connection.close()
    return keys


def test_a_file_of_this_very_moment_is_not_trusted(shop: Path) -> None:
    """It may change once more within the same tick of the file system's clock."""
    moment = time.time_ns() + 10**12
    os.utime(shop / "shop/part_3.py", ns=(moment, moment))
    run(shop)
    *_, opened = run(shop, opened=True)

    assert opened == {"shop/part_3.py", *SHOP} - {"shop/bad.py"}


def test_a_file_that_was_not_parsed_is_tried_again(shop: Path) -> None:
    """What parses newer Python may have had no time."""
    (shop / "shop/part_3.py").write_text("import requests\nrequests.get(:\n")
    settle()
    first = run(shop)
    *again, opened = run(shop, opened=True)

    assert tuple(again) == first
    assert "shop/part_3.py" in opened  # type: ignore[operator]


# -- other questions -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"select": ("timeouts",)},
        {"ignore": ("call-without-timeout",)},
        {"dialect": "mysql"},
        {"persona": "auditor"},
        {"exclude": ("shop/web.py",)},
    ],
    ids="".join,
)
def test_other_options_have_other_answers(shop: Path, options: dict[str, Said]) -> None:
    run(shop)
    given = complete(options, {})

    assert said(shop, given) == said(shop, given._replace(no_cache=True))


def test_rows_that_a_project_adds_are_part_of_the_question(shop: Path) -> None:
    (shop / "shop/own.py").write_text("import house\nhouse.fetch('x')\n")
    (shop / "facts.yaml").write_text(rows("house.get"))
    settle()
    settings = complete({}, {"facts": ("facts.yaml",)})
    config = Config(root=str(shop))

    def found() -> set[tuple[str, str]]:
        os.chdir(shop)
        report = check(settings, config, str(shop))
        assert (
            report.findings == check(settings._replace(no_cache=True), config, str(shop)).findings
        )
        return rules(report.findings)

    without = found()
    (shop / "facts.yaml").write_text(rows("house.fetch"))

    assert found() == without | {("shop/own.py", "call-without-timeout")}


def rows(call: str) -> str:
    return (
        "timeouts/clients:\n"
        f"  - call: {call}\n"
        "    timeout: [timeout]\n"
        "    source: https://house.example/docs\n"
    )


# -- the file ------------------------------------------------------------------------------------


def garbage(file: Path) -> None:
    file.write_bytes(b"no database\n" * 1000)


def half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def torn(file: Path) -> None:
    """Write over the pages behind the first."""
    size = file.stat().st_size
    with file.open("r+b") as stream:
        stream.seek(4096)
        stream.write(os.urandom(size - 4096))


def execute(file: Path, *statements: str) -> None:
    connection = sqlite3.connect(file)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def foreign(file: Path) -> None:
    file.unlink()
    execute(file, "CREATE TABLE kept (key, value, day)")


def newer(file: Path) -> None:
    execute(file, f"PRAGMA user_version = {FORM + 1}")


def trapped(file: Path) -> None:
    execute(file, "CREATE TRIGGER trap AFTER INSERT ON kept BEGIN DELETE FROM kept; END")


def scrambled(file: Path) -> None:
    execute(file, "UPDATE kept SET value = substr(value, 1, 40) || x'00'")


def retyped(file: Path) -> None:
    execute(file, "UPDATE kept SET value = 'text'")


def senseless(file: Path) -> None:
    """Let every value be in order, and no answer."""
    with sqlite3.connect(file) as connection:
        keys = [key for (key,) in connection.execute("SELECT key FROM kept")]
    connection.close()
    store = open_store(str(file.parent), time.time())
    assert store is not None
    texts = (b"[]", b"{}", b"3", b"[[[0,[]]],[]]", b'{"shop/rates.py":3}')
    store.put({key: texts[at % len(texts)] for at, key in enumerate(keys)})
    store.close()


def forged(file: Path) -> None:
    """Let the file come from somebody else, whose runs found nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(file.parent / "stranger"))
        senseless(file)


def swapped(file: Path) -> None:
    """Let each value stand under another key."""
    execute(file, "UPDATE kept SET value = (SELECT k.value FROM kept k WHERE k.key != kept.key)")


def missing(file: Path) -> None:
    shutil.rmtree(file.parent)


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def blocked(file: Path) -> None:
    shutil.rmtree(file.parent)
    file.parent.write_text("a file stands where the folder belongs\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    "harm",
    [
        garbage,
        half,
        torn,
        foreign,
        newer,
        trapped,
        scrambled,
        senseless,
        swapped,
        retyped,
        forged,
        missing,
        folder,
        blocked,
    ],
    ids=lambda harm: harm.__name__,
)
def test_a_file_that_is_not_in_order_changes_nothing(
    shop: Path, harm: Callable[[Path], None]
) -> None:
    first = run(shop)
    harm(shop / ".nonevent_cache" / FILE)

    assert run(shop) == first
    assert run(shop) == first


@pytest.mark.parametrize("harm", [garbage, foreign, newer, trapped], ids=lambda harm: harm.__name__)
def test_a_file_that_is_not_in_order_is_replaced(shop: Path, harm: Callable[[Path], None]) -> None:
    run(shop)
    keys = stored(shop)
    harm(shop / ".nonevent_cache" / FILE)
    run(shop)

    assert stored(shop) == keys


def test_a_locked_file_is_gone_without(shop: Path) -> None:
    first = run(shop)
    edit(shop)
    connection = sqlite3.connect(shop / ".nonevent_cache" / FILE, isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    try:
        assert run(shop) == run(shop, no_cache=True) != first
    finally:
        connection.close()


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid"), reason="POSIX permissions")
def test_a_folder_that_takes_nothing_is_gone_without(shop: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is forbidden to root")
    shop.chmod(0o500)
    try:
        assert run(shop) == run(shop, no_cache=True)
    finally:
        shop.chmod(0o700)


def test_what_nobody_used_for_a_month_is_dropped(tmp_path: Path) -> None:
    today = 2_000_000_000.0
    day = 86_400

    def put(now: float, *keys: bytes) -> None:
        store = open_store(str(tmp_path), now)
        assert store is not None
        store.get(keys)
        store.put(dict.fromkeys(keys, b"value"))
        store.close()

    put(today, b"a", b"b")
    put(today + 20 * day, b"b")
    put(today + (KEPT + 1) * day, b"b")

    store = open_store(str(tmp_path), today)
    assert store is not None
    assert store.get([b"a", b"b"]) == {b"b": b"value"}
    store.close()


# -- facts as text -------------------------------------------------------------------------------

PLACE = Location("shop/a.py", 1, 2, 3, 4)
SPAN = (1, 2, 3, 4)


@pytest.mark.parametrize(
    "constant",
    ["", "é\ud800", b"\x00\xff", 1, -(10**40), 1.5, float("inf"), 1 + 2j, True, False, None],
    ids=repr,
)
def test_a_constant_comes_back_as_it_was(constant: object) -> None:
    value = Value(Kind.CONSTANT, SPAN, constant)  # type: ignore[arg-type]
    inner = Value(Kind.SEQUENCE, SPAN, items=(value, value), keywords=(("name", value),))
    facts = FileFacts("shop/a.py", (Setting("KEY", inner, PLACE),))

    assert exactly(decode(encode(facts))) == exactly(facts)


def test_what_readers_say_comes_back_as_it_was() -> None:
    asked = prepare(Options()).asked
    texts = SHOP | {
        "app/migrations/0002_x.py": (
            "from django.db import migrations, models\n"
            "class Migration(migrations.Migration):\n"
            "    dependencies = [('app', '0001')]\n"
            "    operations = [migrations.AddField('cart', 'x', models.IntegerField())]\n"
        ),
        "shop/said.py": "X = {}  # nonevent: ignore[x] for a reason\nclass A(B[int]):\n    pass\n",
    }
    facts = [read(path, text, asked) for path, text in texts.items()]

    assert [exactly(decode(encode(one))) for one in facts] == [exactly(one) for one in facts]


def exactly(value: object) -> object:
    """Return a value with the types of all its parts."""
    if isinstance(value, tuple):
        return type(value), [exactly(part) for part in value]
    return type(value), repr(value)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[",
        b"[]",
        b'[[],["a"]]',
        b"[[[99,[]]],[]]",
        b"[" * 100_000,
        encode(FileFacts("a.py", (Call("f", PLACE, PLACE, (), (), False, ""),))).replace(
            b'"shop/a.py",1', b'"shop/a.py"'
        ),
        encode(FileFacts("a.py", notes=(Note("a.py", "binary", "x"),))).replace(  # type: ignore[arg-type]
            b"binary", b"none of them"
        ),
    ],
    ids=["nothing", "a part", "no file", "too few", "no fact", "deep", "no place", "no kind"],
)
def test_text_that_does_not_fit_is_no_facts(text: bytes) -> None:
    assert decode(text) is None


# -- more than one run ---------------------------------------------------------------------------


@pytest.mark.slow
def test_runs_at_once_say_the_same(shop: Path) -> None:
    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "nonevent", "check", "--output", "concise", "--quiet"],
            cwd=shop,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    alone = start().communicate()
    for _ in range(2):
        shutil.rmtree(shop / ".nonevent_cache")
        assert [one.communicate() for one in [start() for _ in range(4)]] == [alone] * 4
        assert [one.communicate() for one in [start() for _ in range(4)]] == [alone] * 4
