"""Settings: which file counts, and what is said of one that is wrong."""

import json
import tomllib
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from nonevent.config import load
from nonevent.error import UserError
from nonevent.finding import Persona
from nonevent.options import CHECK, SETTINGS, Given, Options, complete, field


def settings(folder: Path, text: str) -> dict[str, object]:
    (folder / "pyproject.toml").write_text(text)
    return dict(load(str(folder)).settings)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(UserError) as caught:
        settings(folder, text)
    return str(caught.value)


def test_every_key_is_read(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        """
        [tool.nonevent]
        select = ["timeouts", "dropped-column"]
        ignore = ["unbounded-timeout"]
        exclude = ["vendor/", "*.gen.py"]
        persona = "pedantic"
        fail-on = "error"
        strict = true
        dialect = "mysql"
        facts = ["deploy/facts.yaml"]
        baseline = "deploy/accepted.json"
        """,
    )

    assert found == {
        "select": ("timeouts", "dropped-column"),
        "ignore": ("unbounded-timeout",),
        "exclude": ("vendor/", "*.gen.py"),
        "persona": "pedantic",
        "fail_on": "error",
        "strict": True,
        "dialect": "mysql",
        "facts": ("deploy/facts.yaml",),
        "baseline": "deploy/accepted.json",
    }


def test_the_keys_are_the_options_that_are_settings() -> None:
    found = {option.name[2:] for option in CHECK if option.setting}

    names = {"select", "ignore", "exclude", "persona", "fail-on", "strict", "dialect", "baseline"}
    assert found == names
    assert {option.name[2:] for option in SETTINGS} == {"facts", "fix-timeout"}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        pytest.param("selct = []", "unknown key 'selct'; nearest: 'select'", id="a slip"),
        pytest.param(
            "fail_on = 'error'", "unknown key 'fail_on'; nearest: 'fail-on'", id="an underscore"
        ),
        pytest.param(
            "zzz = 1",
            "unknown key 'zzz'; "
            "known: baseline, dialect, exclude, facts, fail-on, fix-timeout, ignore, overrides, "
            "persona, select, severity, strict",
            id="nothing like a key",
        ),
        pytest.param(
            "select = 'timeouts'", "select is a list of strings, not a string", id="no list"
        ),
        pytest.param(
            "ignore = ['a', 3]",
            "ignore is a list of strings, not a list with an integer",
            id="a number in a list",
        ),
        pytest.param("strict = 'yes'", "strict is true or false, not a string", id="no boolean"),
        pytest.param("persona = true", "persona is a string, not a boolean", id="no string"),
        pytest.param(
            "dialect = 2024-01-01", "dialect is a string, not a date or time", id="a date"
        ),
        pytest.param(
            "exclude = {a = 1}", "exclude is a list of strings, not a table", id="a table"
        ),
        pytest.param(
            "persona = 'auditer'",
            "persona does not take 'auditer'; nearest: 'auditor'",
            id="a choice that is not offered",
        ),
        pytest.param("exclude = ['']", "exclude is empty: it takes GLOB", id="an empty text"),
    ],
)
def test_a_wrong_key_is_refused_with_what_is_right(
    tmp_path: Path, table: str, message: str
) -> None:
    found = refusal(tmp_path, f"[tool.nonevent]\n{table}\n")

    assert found == f"pyproject.toml: [tool.nonevent] {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "[tool.nonevent]\nselect = [\n'a'\nignore = 1\n",
            "pyproject.toml:4: Unclosed array",
            id="a bracket left open",
        ),
        pytest.param(
            "[tool]\nnonevent = 3\n",
            "pyproject.toml: tool.nonevent is a table, not an integer",
            id="the table is a number",
        ),
        pytest.param(
            f"# nonevent\na = {'[' * 5000}",
            "pyproject.toml: values are nested too deep",
            id="five thousand brackets",
        ),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text) == message


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.nonevent]\n# caf\xe9\n")

    with pytest.raises(UserError, match=r"^pyproject\.toml:2: the file is not UTF-8$"):
        load(str(tmp_path))


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xef\xbb\xbf[tool.nonevent]\nstrict = true\n")

    assert load(str(tmp_path)).settings == {"strict": True}


def test_the_nearest_file_with_the_table_counts(tmp_path: Path) -> None:
    deep = tmp_path / "shop" / "web"
    deep.mkdir(parents=True)
    (deep / "pyproject.toml").write_text("[project]\ndependencies = ['nonevent']\n")
    (tmp_path / "shop" / "pyproject.toml").write_text("[tool.nonevent]\nstrict = true\n")
    (tmp_path / "pyproject.toml").write_text("[tool.nonevent]\nstrict = false\n")

    found = load(str(deep))

    assert (found.settings, found.root) == ({"strict": True}, str(tmp_path / "shop"))
    assert found.path == str(tmp_path / "shop" / "pyproject.toml")


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_the_search_ends_at_the_root_of_the_repository(tmp_path: Path, kind: str) -> None:
    repository = tmp_path / "shop"
    (repository / "web").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.nonevent]\nstrict = true\n")
    if kind == "folder":
        (repository / ".git").mkdir()
    else:
        (repository / ".git").write_text("gitdir: elsewhere\n")

    assert load(str(repository / "web")).settings == {}


def test_a_named_file_counts_alone(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.nonevent]\nstrict = true\n")
    (tmp_path / "other.toml").write_text("[tool.nonevent]\npersona = 'auditor'\n")

    assert load(str(tmp_path), "other.toml").settings == {"persona": "auditor"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.toml", "none.toml cannot be read: No such file or directory"),
        ("empty.toml", "empty.toml has no table [tool.nonevent]"),
    ],
)
def test_a_named_file_without_settings_is_refused(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty.toml").write_text("")

    with pytest.raises(UserError) as caught:
        load(str(tmp_path), name)

    assert str(caught.value) == message


def test_a_folder_in_place_of_the_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").mkdir()
    (tmp_path / ".git").mkdir()

    assert load(str(tmp_path)).settings == {}


def test_the_command_line_wins_over_the_settings() -> None:
    given: Given = {"persona": "auditor", "select": ("files,schema",), "exclude": ("b",)}
    said: Given = {"persona": "pedantic", "select": ("state",), "exclude": ("a",), "strict": True}

    found = complete(given, said)

    assert found == Options(
        persona=Persona.AUDITOR, select=("files", "schema"), exclude=("a", "b"), strict=True
    )


def test_without_a_word_the_defaults_of_the_table_hold() -> None:
    found = complete({}, {})

    assert found == Options()
    said = {field(option): option.default for option in CHECK if option.default}
    assert said == {
        "output": found.output[0].format,
        "persona": found.persona,
        "fail_on": found.fail_on,
        "color": found.color,
    }


def test_the_options_of_a_run_are_those_of_the_table() -> None:
    told = {"paths", *map(field, CHECK), "arguments", *map(field, SETTINGS)}

    assert set(Options._fields) == told


SCHEMA = json.loads(files("nonevent").joinpath("settings.schema.json").read_text())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "select = ['timeouts']\npersona = 'auditor'\nstrict = true\nbaseline = 'a.json'",
        "[severity]\ntimeouts = 'note'\n[[overrides]]\npaths = ['a']\nignore = ['files']",
    ],
)
def test_the_schema_takes_what_the_program_takes(text: str, tmp_path: Path) -> None:
    (tmp_path / "nonevent.toml").write_text(text)

    jsonschema.validate(tomllib.loads(text), SCHEMA)
    load(str(tmp_path))


@pytest.mark.parametrize(
    "text",
    [
        "selekt = []",
        "strict = 'yes'",
        "persona = 'auditer'",
        "exclude = ['']",
        "[severity]\na = 'eror'",
        "[[overrides]]\nignore = []",
        "[[overrides]]\npaths = ['a']\npath = 1",
    ],
)
def test_the_schema_refuses_what_the_program_refuses(text: str, tmp_path: Path) -> None:
    (tmp_path / "nonevent.toml").write_text(text)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), SCHEMA)
    with pytest.raises(UserError):
        load(str(tmp_path))
