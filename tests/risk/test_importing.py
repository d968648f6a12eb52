"""Deploy logs: what their rows say, and which rows cannot be used."""

import json
from pathlib import Path

import pytest

from nonevent.error import UserError
from nonevent.risk.deploys import Deploy, outcome_of
from nonevent.risk.importing import Cells, Problem, columns_of, deploys_of, moment
from nonevent.risk.logs import read_log

SHA = "0123abc" * 5 + "01234"
NOON = 1_746_014_400.0  # 2025-04-30T12:00:00Z


def read(
    path: Path, *columns: str, environment: str = "production"
) -> tuple[list[Deploy], list[Problem]]:
    """Return what a file says, and which rows say nothing."""
    rows = [row for _, row in read_log([str(path)])]
    cells = [row for row in rows if isinstance(row, Cells)]
    found = list(deploys_of(cells, columns_of(columns), environment, path.name))
    deploys = [each for each in found if isinstance(each, Deploy)]
    bad = [each for each in [*rows, *found] if isinstance(each, Problem)]
    return deploys, bad


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_csv_log_is_read(tmp_path: Path) -> None:
    log = f"""\
sha,deployed_at,environment,outcome,severity,recovered_at
{SHA},2025-04-30T12:00:00Z,staging,failed,high,2025-04-30T12:30:00+00:00
"""
    found = read(write(tmp_path, "log.csv", log))

    row = Deploy("staging", "", SHA, NOON, "failed", "high", NOON + 1800, "log.csv")
    assert found == ([row], [])


@pytest.mark.parametrize(
    ("head", "cell", "named"),
    [("pr", "#12", "#12"), ("pull_request", "12", "#12"), ("version", "v1.2", "v1.2")],
)
def test_what_was_deployed_has_several_names(
    tmp_path: Path, head: str, cell: str, named: str
) -> None:
    log = f"{head};deployed_at;outcome\n".replace(";", ",") + f"{cell},2025-04-30,ok\n"
    ((row,), _) = read(write(tmp_path, "log.csv", log))

    assert (row.named, row.environment, row.outcome) == (named, "production", "ok")


def test_columns_of_any_name_are_read(tmp_path: Path) -> None:
    log = f"Build,When,Went\n{SHA},1746014400,Success\n"
    path = write(tmp_path, "log.csv", log)
    ((row,), bad) = read(path, "sha=build", "deployed_at=When", "outcome=Went")

    assert (row.named, row.at, row.outcome, bad) == (SHA, NOON, "ok", [])


def test_each_bad_row_is_told_with_line_and_column_and_the_rest_is_kept(tmp_path: Path) -> None:
    log = f"""\
sha,deployed_at,outcome,recovered_at
nothing,2025-04-30,ok,
{SHA},yesterday,ok,
{SHA},,ok,
{SHA},2025-04-30,perhaps,
{SHA},2025-04-30,,
{SHA},2025-04-30,failed,2025-04-29
,2025-04-30,ok,
{SHA},2025-04-30,ok,,more

{SHA},2025-04-30,ok,
{SHA},0001-01-01,ok,
"""
    deploys, bad = read(write(tmp_path, "log.csv", log))

    assert len(deploys) == 1
    assert sorted((each.line, each.column) for each in bad) == [
        (2, "sha"),
        (3, "deployed_at"),
        (4, "deployed_at"),
        (5, "outcome"),
        (6, "outcome"),
        (7, "recovered_at"),
        (8, ""),
        (9, ""),
        (12, "deployed_at"),
    ]
    assert all(each.why for each in bad)


def test_a_row_over_several_lines_is_told_by_its_last(tmp_path: Path) -> None:
    log = f'sha,deployed_at,outcome\n"{SHA}\n",2025-04-30,ok\nx,2025-04-30,ok\n'
    deploys, bad = read(write(tmp_path, "log.csv", log))

    assert (len(deploys), [each.line for each in bad]) == (1, [4])


def test_json_lines_are_read_and_a_bad_line_costs_one(tmp_path: Path) -> None:
    good = json.dumps({"pr": 7, "deployed_at": 1746014400000, "outcome": "rolled_back"})
    deep = "[" * 5000
    log = f"{good}\nnot json\n[1]\n\n{deep}\n{good}\n"
    deploys, bad = read(write(tmp_path, "log.jsonl", log))

    assert [(row.named, row.at, row.outcome) for row in deploys] == [
        ("#7", NOON, "rolled back")
    ] * 2
    assert [each.line for each in bad] == [2, 3, 5]


def test_bytes_that_are_no_text_end_the_reading(tmp_path: Path) -> None:
    good = f"{SHA},2025-04-30,ok\n".encode()
    log = b"sha,deployed_at,outcome\n" + good + b"\xff\xfe\n" + good
    deploys, bad = read(write(tmp_path, "log.csv", log))

    assert len(deploys) <= 1
    assert [each.why for each in bad] == ["not UTF-8: the rest is not read"]


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'sha' stands twice"):
        read(write(tmp_path, "log.csv", "sha,sha\n1,2\n"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read(tmp_path / "none.csv")


@pytest.mark.parametrize("text", ["sha", "sha=", "shaa=x"])
def test_a_column_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="--column"):
        columns_of([text])


def test_a_wrong_field_has_a_near_one() -> None:
    with pytest.raises(UserError, match="nearest: 'outcome'"):
        columns_of(["outcom=x"])


# -- GitHub --------------------------------------------------------------------------------------

API = "https://api.github.com/repos/shop/shop/deployments"


def deployment(number: int, sha: str = SHA, environment: str = "production") -> dict[str, object]:
    """Return a deployment in the form of GitHub's API.

    https://docs.github.com/en/rest/deployments/deployments
    """
    return {
        "url": f"{API}/{number}",
        "id": number,
        "sha": sha,
        "ref": "main",
        "task": "deploy",
        "payload": {},
        "environment": environment,
        "created_at": "2025-04-30T11:00:00Z",
        "statuses_url": f"{API}/{number}/statuses",
    }


def status(number: int, state: str, at: str) -> dict[str, object]:
    """Return a status of a deployment in the form of GitHub's API."""
    return {
        "url": f"{API}/{number}/statuses/1",
        "state": state,
        "created_at": at,
        "deployment_url": f"{API}/{number}",
    }


def test_a_dump_of_deployments_is_read_with_the_statuses_beside_it(tmp_path: Path) -> None:
    ids = [deployment(1), deployment(2), deployment(3)]
    states = [
        status(1, "in_progress", "2025-04-30T11:30:00Z"),
        status(1, "success", "2025-04-30T12:00:00Z"),
        status(1, "inactive", "2025-05-30T12:00:00Z"),
        status(2, "failure", "2025-04-30T12:00:00Z"),
        status(3, "queued", "2025-04-30T12:00:00Z"),
    ]
    first = write(tmp_path, "deployments.json", json.dumps(ids))
    second = write(tmp_path, "statuses.json", json.dumps(states))
    rows = [row for _, row in read_log([str(first), str(second)])]
    cells = [row for row in rows if isinstance(row, Cells)]
    found = [each for each in deploys_of(cells, {}, "x", "") if isinstance(each, Deploy)]

    assert [(each.outcome, each.at) for each in found] == [("ok", NOON), ("failed", NOON)]
    (bad,) = [row for row in rows if isinstance(row, Problem)]
    assert bad.why == "no status says how the deployment ended"


def test_statuses_inside_a_deployment_count(tmp_path: Path) -> None:
    one = {**deployment(1), "statuses": [status(1, "error", "2025-04-30T12:00:00Z")]}
    ((row,), bad) = read(write(tmp_path, "dump.json", json.dumps([one])))

    assert (row.outcome, row.environment, bad) == ("failed", "production", [])


def test_lists_one_after_the_other_are_one_dump(tmp_path: Path) -> None:
    pages = "".join(
        json.dumps([{"sha": SHA, "deployed_at": "2025-04-30", "outcome": "ok"}]) for _ in "ab"
    )
    deploys, bad = read(write(tmp_path, "dump.json", f"{pages}\n[{{"))

    assert (len(deploys), len(bad)) == (2, 1)


# -- words and times -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("Success", "ok"),
        ("FAILED", "failed"),
        ("rolled-back", "rolled back"),
        ("Rolled back", "rolled back"),
        ("incident", "incident"),
        ("hotfix", "hotfix"),
        ("", ""),
        ("perhaps", ""),
    ],
)
def test_words_of_logs_mean_outcomes(word: str, outcome: str) -> None:
    assert outcome_of(word) == outcome


@pytest.mark.parametrize(
    "text",
    [
        "2025-04-30T12:00:00Z",
        "2025-04-30T14:00:00+02:00",
        "2025-04-30 12:00:00",
        "2025-04-30 12:00:00 UTC",
        "1746014400",
        "1746014400000",
        "1746014400.0",
    ],
)
def test_times_are_read(text: str) -> None:
    assert moment(text) == NOON


@pytest.mark.parametrize("text", ["yesterday", "12", "9999-01-01", "1970-01-02", "NaN", "30/4/25"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        moment(text)
