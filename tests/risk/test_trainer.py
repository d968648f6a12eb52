"""A model adapted to a history, and how it is judged there."""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

# ruff: noqa: E402 - what is imported below needs what may not be installed
np = pytest.importorskip("numpy", reason="numpy is not installed")
pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from nonevent import trainer
from nonevent.entry import main
from nonevent.error import UserError
from nonevent.risk.artifact import Head, Model, dump, load
from nonevent.risk.history import History
from nonevent.risk.score import score
from nonevent.risk.training.adapt import CORRECTED, OWN, SHIPPED, adapt, log_odds
from nonevent.risk.training.evaluate import drawn, evaluate, shifts, told
from nonevent.risk.training.table import DAY, Table

NAMES = ("source_added", "lines_added", "lines_deleted", "file_reverts")
INFINITE = float("inf")
HEADS = tuple(
    Head(name, days, 0.1, -2.2, (0.8, 0.0, 0.0, 0.0), 1.0, 0.0, (), 1.0, 0.0)
    for name, days in (("rollback", 30), ("hotfix", 7))
)
MODEL = Model(NAMES, (2.0,) * 4, (1.0,) * 4, 6.0, HEADS, (), (0.0, 1.0), 0.2, "prior", {})


def history(rows: int, level: float = 0.0, slope: float = 1.0, more: float = 0.0) -> Table:
    """Return changes that go wrong as the model says, but for a level, a slope, a feature more."""
    dice = np.random.default_rng(7)
    x = np.floor(dice.lognormal(2.0, 1.0, (rows, 4)))
    at = np.log1p(x) - 2.0
    odds = slope * (0.8 * at[:, 0] - 2.2) + level + more * at[:, 3]
    wrong = dice.random((rows, 2)) < (1 / (1 + np.exp(-odds)))[:, None]
    time = 1_600_000_000.0 + np.arange(rows) * DAY / 2
    return Table(
        NAMES,
        x,
        np.full(rows, "here"),
        np.full(rows, "here"),
        time,
        np.full(rows, time[-1]),
        {
            "rollback": np.where(wrong[:, 0], DAY, INFINITE),
            "hotfix": np.where(wrong[:, 1], DAY, INFINITE),
        },
        np.array([f"{number:040x}" for number in range(rows)]),
    )


def ways(table: Table) -> list[str]:
    return [each.chosen for each in adapt(MODEL, table)[1]]


def test_with_too_little_history_nothing_is_changed() -> None:
    model, heads = adapt(MODEL, history(250))

    assert model is MODEL
    assert [(each.chosen, each.tested) for each in heads] == [(SHIPPED, ())] * 2


@pytest.mark.slow
def test_a_model_that_fits_stays_as_it_is() -> None:
    assert ways(history(3000)) == [SHIPPED, SHIPPED]


def test_a_level_of_its_own_is_learned() -> None:
    table = history(1200, level=1.2)
    model, heads = adapt(MODEL, table)
    before = [log_odds(MODEL, head, table.x).mean() for head in MODEL.heads]
    after = [log_odds(model, head, table.x).mean() for head in model.heads]

    assert {each.chosen for each in heads} <= {OWN, CORRECTED}
    assert np.allclose(np.subtract(after, before), 1.2, atol=0.35)
    assert model.trained["adapted"]["prior"] == "prior"


@pytest.mark.slow
def test_a_feature_that_counts_here_is_corrected() -> None:
    model, heads = adapt(MODEL, history(6000, more=0.9))

    assert [each.chosen for each in heads] == [CORRECTED, CORRECTED]
    assert all(head.weights[3] > 0.05 for head in model.heads)


@pytest.mark.slow
def test_what_is_used_is_the_best_of_those_that_are_clearly_better() -> None:
    for each in adapt(MODEL, history(6000, more=0.9))[1]:
        losses = {tested.way: tested.loss for tested in each.tested}
        assert min(losses, key=lambda way: losses[way]) == each.chosen


def test_the_adapted_model_is_scored_as_it_was_judged() -> None:
    table = history(1200, level=1.2)
    model = load(dump(adapt(MODEL, table)[0]))
    expected = 1 / (1 + np.exp(-log_odds(model, model.heads[1], table.x[:50])))

    assert [score(model, row)[1].probability for row in table.x[:50].tolist()] == pytest.approx(
        list(expected), abs=1e-12
    )


# -- evaluating ----------------------------------------------------------------------------------


def test_an_evaluation_tells_windows_and_the_whole() -> None:
    found = evaluate(MODEL, history(2000))
    whole = found.whole

    assert sum(window.changes for window in found.windows) == whole.changes
    assert sum(window.bad for window in found.windows) == whole.bad
    assert whole.expected == pytest.approx(whole.bad, rel=0.15)
    for value, low, high in (window.auc["model"] for window in found.windows):
        assert low < value < high
    assert whole.auc["model"][0] > 0.6
    assert whole.auc["1 / lines"][0] < 0.55
    assert f"{whole.bad:,} did." in next(iter(told(found)))


def test_a_shift_is_seen() -> None:
    before = history(2000).x
    after = before.copy()
    after[:, 0] *= 20

    assert shifts(MODEL, before, before)["source_added"] == 0.0
    assert shifts(MODEL, before, after)["source_added"] > 0.25


@pytest.mark.slow
def test_the_drawing_is_an_svg_with_four_panels() -> None:
    text = drawn(evaluate(MODEL, history(2000)), "a <title> & more")
    root = ET.fromstring(text)  # noqa: S314 - our own text

    assert len(root.findall("{http://www.w3.org/2000/svg}g")) == 4
    assert drawn(evaluate(MODEL, history(2000)), "a <title> & more") == text


def test_too_few_bad_ends_are_not_judged() -> None:
    with pytest.raises(ValueError, match="from 20 on a ranking can be judged"):
        evaluate(MODEL, history(100, level=-3.0))


# -- the commands --------------------------------------------------------------------------------


def test_a_history_without_changes_is_refused(
    opened: Callable[[], History], file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    opened()

    assert main(["train", "--history", file]) == 2
    assert "holds no changes to learn from" in capsys.readouterr().err


def test_a_history_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--history", str(tmp_path / "none.sqlite3")]) == 2
    assert "there is no history" in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name=name)

    monkeypatch.setattr(trainer, "import_module", missing)
    with pytest.raises(UserError, match=r"pip install 'nonevent\[risk\]'"):
        trainer.train(".", "", dry=True)
