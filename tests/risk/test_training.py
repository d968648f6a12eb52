"""What is trained: the same numbers without scikit-learn, and nothing of the future."""

import json

import pytest

# ruff: noqa: E402 - what is imported below needs what may not be installed
np = pytest.importorskip("numpy", reason="numpy is not installed")
pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from nonevent.engine import Engine, opened
from nonevent.risk.artifact import Model, dump, load
from nonevent.risk.score import score
from nonevent.risk.training.card import card, metrics
from nonevent.risk.training.estimator import Settings, Shape, calibrate, fit, logistic, scaled
from nonevent.risk.training.export import head_of
from nonevent.risk.training.likelihood import most_likely
from nonevent.risk.training.measures import (
    average_precision,
    brier_skill,
    calibration_error,
    capture,
    judge,
    roc_auc,
)
from nonevent.risk.training.prior import bands, make
from nonevent.risk.training.protocol import GROUPS, MATURE, _groups, late, unseen
from nonevent.risk.training.table import DAY, Table, joined

NAMES = ("lines_added", "lines_deleted", "source_added", "files", "file_reverts")
INFINITE = float("inf")
QUICK = Settings(strength=0.01, share=1.0)


def table(rows: int = 1500, seed: int = 0, org: str = "one", repo: str = "one/shop") -> Table:
    """Return changes whose size and past make them go wrong, one a day."""
    dice = np.random.default_rng(seed)
    x = np.floor(dice.lognormal(2.0, 1.5, (rows, len(NAMES))))
    log_odds = 0.8 * (np.log1p(x[:, 0]) - 2) + 0.5 * (np.log1p(x[:, 4]) - 2) - 2.2
    wrong = dice.random((rows, 2)) < (1 / (1 + np.exp(-log_odds)))[:, None]
    time = 1_600_000_000.0 + np.arange(rows) * DAY
    waited = dice.uniform(0.1, 6.9, (rows, 2)) * DAY
    return Table(
        NAMES,
        x,
        np.full(rows, repo),
        np.full(rows, org),
        time,
        np.full(rows, time[-1]),
        {
            "rollback": np.where(wrong[:, 0], waited[:, 0], INFINITE),
            "hotfix": np.where(wrong[:, 1], waited[:, 1], INFINITE),
        },
        np.array([f"{number:040x}" for number in range(rows)]),
    )


def fleet(rows: int = 600) -> Table:
    return joined([table(rows, seed, f"org{seed}", f"org{seed}/shop") for seed in range(4)])


@pytest.mark.parametrize(
    "settings",
    [
        Settings(share=1.0),
        Settings(share=0.5, shape=Shape(rounds=40, least=20), rising=("lines_added",)),
        Settings(share=0.3, shape=Shape(rounds=15, leaves=12, least=10), seeds=3),
    ],
    ids=["linear", "with trees", "with three ensembles"],
)
def test_scoring_in_python_equals_scikit_learn(settings: Settings) -> None:
    rows = table(2500)
    fitted = fit(rows.x, rows.label("hotfix"), NAMES, settings, rows.repo)
    calibration = (1.07, -0.11)
    head = head_of("hotfix", 7, 0.1, fitted, calibration)
    scale = tuple(map(float, fitted.mean)), tuple(map(float, fitted.scale))
    model = Model(NAMES, *scale, settings.limit, (head,), (), (), 0.1, "", {})
    model = load(dump(model))
    wild = table(1000, 1).x * np.random.default_rng(2).choice([-1.0, 1.0, 1e4], (1000, 1))
    expected = logistic(calibration[0] * fitted.log_odds(wild) + calibration[1])

    told = np.array([score(model, row)[0].probability for row in wild.tolist()])

    assert np.abs(told - expected).max() < 1e-9


@pytest.mark.parametrize("strength", [0.001, 0.1])
@pytest.mark.parametrize("level", [0.0, 5.0], ids=["one level", "a level for each repository"])
def test_the_linear_part_is_that_of_scikit_learn(strength: float, level: float) -> None:
    from sklearn.linear_model import LogisticRegression

    rows = fleet()
    y, weight = rows.label("hotfix"), np.linspace(0.5, 1.5, len(rows.sha))
    at = scaled(rows.x, np.full(len(NAMES), 2.0), np.full(len(NAMES), 1.5), 6.0)
    repos = np.unique(rows.repo)
    known = level * (rows.repo[:, None] == repos[None, :])
    model = LogisticRegression(C=strength, tol=1e-9, max_iter=2000)
    model.fit(np.hstack([at, known]), y, sample_weight=weight)

    found = most_likely(at, y, weight, strength, groups=rows.repo, level=level)

    assert found.weights == pytest.approx(model.coef_[0][: len(NAMES)], abs=1e-5)
    own = np.broadcast_to(found.levels, len(repos))  # all are zero where nobody has one
    assert own == pytest.approx(level * model.coef_[0][len(NAMES) :], abs=1e-5)
    assert found.intercept == pytest.approx(model.intercept_[0], abs=1e-5)


def test_a_forest_is_not_exported() -> None:
    rows = table(400)
    fitted = fit(rows.x, rows.label("hotfix"), NAMES, QUICK._replace(forest=5))

    with pytest.raises(ValueError, match="a forest is not exported"):
        head_of("hotfix", 7, 0.1, fitted, (1.0, 0.0))


def test_nothing_is_learned_where_all_ended_alike() -> None:
    rows = table(50)

    with pytest.raises(ValueError, match="ended alike"):
        fit(rows.x, np.zeros(50, dtype=int), NAMES, QUICK)


@pytest.mark.slow
def test_a_level_of_its_own_keeps_a_repository_from_looking_riskier() -> None:
    """A feature that only tells repositories apart explains nothing within one."""
    one, other = table(1200, 0), table(1200, 1, repo="one/other")
    other = other._replace(after={**other.after, "hotfix": np.zeros(1200)})
    both = joined([one, other])
    both.x[:, 3] = np.where(both.repo == "one/other", 50.0, 5.0)
    y = both.label("hotfix")

    own = fit(both.x, y, NAMES, QUICK._replace(own_level=20.0), both.repo)
    shared = fit(both.x, y, NAMES, QUICK._replace(own_level=0.0), both.repo)

    assert abs(own.weights[3]) < 0.5 * abs(shared.weights[3])


# -- time ----------------------------------------------------------------------------------------


def test_labels_are_those_known_then() -> None:
    rows = table(400)
    cut = rows.time[200]
    known = rows.mature(30, cut)
    latest = rows.time[known] + 30 * DAY

    assert known.any()
    assert latest.max() <= cut
    assert not known[201:].any()


def test_what_happens_after_the_cut_changes_no_label_that_is_learned_from() -> None:
    rows = table(400)
    cut = rows.time[200]
    later = rows.time + rows.after["hotfix"] > cut
    forgotten = np.where(later, INFINITE, rows.after["hotfix"])
    told = rows._replace(after={**rows.after, "hotfix": forgotten})
    known = rows.mature(30, cut)

    assert later.any()
    assert (told.label("hotfix")[known] == rows.label("hotfix")[known]).all()


@pytest.mark.slow
def test_young_changes_are_neither_learned_from_nor_judged() -> None:
    rows = fleet()
    found = unseen(rows, {"rollback": QUICK, "hotfix": QUICK})

    assert (found.rows.time + MATURE * DAY <= found.rows.until).all()
    assert not (late(rows) & ~rows.mature(MATURE)).any()


def test_the_last_of_each_repository_are_judged() -> None:
    rows = fleet()
    for repo in np.unique(rows.repo):
        own = rows.repo == repo
        assert rows.time[own & late(rows)].min() >= np.quantile(rows.time[own], 0.69)


@pytest.mark.slow
def test_a_signal_of_the_future_gains_nothing() -> None:
    """A feature that betrays the end, but only of changes too young to be known, is not used."""
    rows = fleet()
    planted = rows.x.copy()
    young = ~rows.mature(MATURE)
    planted[:, 1] = 0.0
    honest = rows._replace(x=planted.copy())
    planted[young, 1] = 1000.0 * rows.label("bad")[young]
    settings = {"rollback": QUICK, "hotfix": QUICK}

    told = unseen(honest, settings)
    betrayed = unseen(rows._replace(x=planted), settings)

    assert (told.probability["bad"] == betrayed.probability["bad"]).all()


@pytest.mark.slow
def test_an_organisation_learns_nothing_from_itself() -> None:
    rows = fleet()
    settings = {"rollback": QUICK, "hotfix": QUICK}
    own = rows.org == "org2"
    turned = {head: np.where(own, 0.0, after) for head, after in rows.after.items()}

    told = unseen(rows, settings)
    changed = unseen(rows._replace(after=turned), settings)

    kept = told.rows.org == "org2"
    for head in settings:
        assert np.allclose(told.log_odds[head][kept], changed.log_odds[head][kept])
        assert not np.allclose(told.log_odds[head][~kept], changed.log_odds[head][~kept])


@pytest.mark.slow
def test_a_cluster_tells_the_same(scheduler: str) -> None:
    rows = fleet()
    settings = {"rollback": QUICK, "hotfix": QUICK}

    here = unseen(rows, settings)
    with opened(Engine("dask", scheduler)):
        there = unseen(rows, settings, workers=-1)

    for head in settings:
        assert np.array_equal(here.log_odds[head], there.log_odds[head])


def test_an_organisation_is_never_split() -> None:
    orgs = np.array(["large"] * 50 + [f"small{number}" for number in range(30)] * 2)
    groups = _groups(orgs)

    assert len(groups) == GROUPS
    assert (np.sum(groups, axis=0) == 1).all()
    for group in groups:
        assert not np.isin(orgs[~group], orgs[group]).any()
    assert (groups[0] == (orgs == "large")).all()


# -- measures ------------------------------------------------------------------------------------


def test_measures_agree_with_scikit_learn() -> None:
    from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

    dice = np.random.default_rng(3)
    told = np.round(dice.random(500), 2)  # with ties
    y = (dice.random(500) < told).astype(int)
    usual = np.full(500, y.mean())

    assert roc_auc(y, told) == pytest.approx(roc_auc_score(y, told))
    assert average_precision(y, told) == pytest.approx(average_precision_score(y, told))
    skill = 1 - brier_score_loss(y, told) / brier_score_loss(y, usual)
    assert brier_skill(y, told) == pytest.approx(skill)


def test_equal_scores_are_caught_by_their_share() -> None:
    y = np.array([1, 0, 1, 0, 1, 0, 1, 0, 0, 0])

    assert capture(y, np.zeros(10), 0.2) == pytest.approx(0.2)
    assert capture(y, y.astype(float), 0.2) == pytest.approx(0.5)
    assert capture(y, y.astype(float), 0.4) == pytest.approx(1.0)


def test_calibration_is_measured_and_mended() -> None:
    dice = np.random.default_rng(4)
    log_odds = dice.normal(-2, 1.5, 8000)
    y = (dice.random(8000) < logistic(log_odds)).astype(int)
    slope, offset = calibrate(2 * log_odds - 1, y)

    assert calibration_error(y, logistic(log_odds)) < 0.02
    assert calibration_error(y, logistic(2 * log_odds - 1)) > 0.05
    assert slope == pytest.approx(0.5, abs=0.05)
    assert offset == pytest.approx(0.5, abs=0.1)


def test_repositories_with_few_bad_ends_have_no_ranking_of_their_own() -> None:
    y = np.array([1] * 8 + [0] * 8 + [1] * 2 + [0] * 8)
    told = judge(y, y.astype(float), np.array(["a"] * 16 + ["b"] * 10), draws=20)

    assert (told.repositories, told.macro_auc, told.bad) == (1, 1.0, 10)
    assert told.intervals["macro_auc"] == (1.0, 1.0)


def test_bands_have_the_rates_that_their_names_say() -> None:
    dice = np.random.default_rng(5)
    told = dice.beta(4, 36, 20_000)
    y = (dice.random(20_000) < told).astype(int)
    low, usual, high = bands(y, told)

    assert low.rate < 0.5 * y.mean() < usual.rate < 2 * y.mean() < high.rate
    assert low.below < usual.below < high.below == 1.0
    assert low.share + usual.share + high.share == pytest.approx(1.0)


# -- the whole -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_model_is_made_judged_and_described() -> None:
    made = make(fleet(), {"rollback": QUICK, "hotfix": QUICK})
    again = make(fleet(), {"rollback": QUICK, "hotfix": QUICK})
    told = made.told["bad"]["model"]
    text = card({"change": made}, {})

    assert dump(made.model) == dump(again.model)
    assert told.micro_auc > 0.6 > made.told["bad"]["lines added"].micro_auc
    assert json.loads(metrics({"change": made}))["forms"]["change"]["digest"] == made.model.digest
    assert f"{told.macro_auc:.3f}" in text
    assert made.model.trained["organisations"] == 4


def test_one_organisation_is_too_few() -> None:
    with pytest.raises(ValueError, match="give two"):
        make(table(600))
