"""The artifact and its scoring, without anything that trains."""

import json
import math
import subprocess
import sys
from importlib.resources import files

import pytest

import nonevent_models
from nonevent.finding import Confidence, Finding, Severity
from nonevent.location import Location
from nonevent.prospect import Alternative, Precedent, Reason, Risk
from nonevent.reports.risk_text import lines, odds, sentence
from nonevent.risk.artifact import Band, Head, Model, Tree, digest, dump, load
from nonevent.risk.explain import alternatives, contributions, reasons
from nonevent.risk.features import FEATURES, OF_CHANGE, names
from nonevent.risk.readiness import readiness
from nonevent.risk.score import band_of, rank_of, score, union

TREE = Tree((0, -1, -1), (2.0, 0.0, 0.0), (1, 0, 0), (2, 0, 0), (0.1, -0.4, 0.6))
HEAD = Head("rollback", 30, 0.1, -2.0, (0.5, 0.25), 0.75, -2.2, (TREE,), 1.1, 0.2)
OTHER = HEAD._replace(name="hotfix", days=7, trees=(), share=1.0, slope=1.0, offset=0.0)
MODEL = Model(
    ("lines_added", "files"),
    (math.log1p(30), math.log1p(2)),
    (1.5, 0.5),
    6.0,
    (HEAD, OTHER),
    (Band("low", 0.1, 0.04, 0.5), Band("usual", 0.3, 0.1, 0.3), Band("high", 1.0, 0.3, 0.2)),
    tuple(0.001 + number / 200 for number in range(101)),
    0.12,
    "",
    {"changes": 1000},
)
SHIPPED = files(nonevent_models)
FORMS = {"change": OF_CHANGE, "past": FEATURES}


def test_a_model_outlives_its_text() -> None:
    again = load(dump(MODEL), ["files", "lines_added"])

    assert again == MODEL._replace(digest=digest(MODEL))


def test_the_arithmetic_is_what_is_documented() -> None:
    at = [(math.log1p(100) - MODEL.mean[0]) / 1.5, (math.log1p(5) - MODEL.mean[1]) / 0.5]
    linear = -2.0 + 0.5 * at[0] + 0.25 * at[1]
    mixed = 0.75 * linear + 0.25 * (-2.2 + 0.6)
    expected = 1 / (1 + math.exp(-(1.1 * mixed + 0.2)))

    assert score(MODEL, [100.0, 5.0])[0].probability == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("values", [[0.0, 1.0], [100.0, 5.0], [1e9, 1e9], [-3.0, 0.0]])
def test_parts_add_up_to_the_log_odds(values: list[float]) -> None:
    for told in score(MODEL, values):
        log_odds = told.start + sum(told.parts)
        assert told.probability == pytest.approx(1 / (1 + math.exp(-log_odds)), abs=1e-12)


def test_a_wild_value_counts_as_the_limit() -> None:
    (far, _), (farther, _) = score(MODEL, [1e12, 2.0]), score(MODEL, [1e15, 2.0])

    assert far.probability == farther.probability


DAMAGED = {
    "no JSON": "{",
    "no object": "[]",
    "another form": json.dumps({"form": 99}),
    "a member that is missing": json.dumps({"form": 1, "features": []}),
    "too few weights": dump(MODEL._replace(heads=(HEAD._replace(weights=(1.0,)),))),
    "a scale of zero": dump(MODEL._replace(scale=(1.0, 0.0))),
    "a tree that leads back": dump(
        MODEL._replace(heads=(HEAD._replace(trees=(TREE._replace(left=(0, 0, 0)),)),))
    ),
    "a tree that leads out": dump(
        MODEL._replace(heads=(HEAD._replace(trees=(TREE._replace(right=(9, 0, 0)),)),))
    ),
    "a feature that is not there": dump(
        MODEL._replace(heads=(HEAD._replace(trees=(TREE._replace(feature=(7, -1, -1)),)),))
    ),
    "an infinite number": dump(MODEL).replace("-2.2", "-Infinity"),
    "a number that is a word": dump(MODEL).replace("-2.2", '"2"'),
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_model_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="train it anew"):
        load(text)


def test_features_that_nobody_computes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"does not compute \(files\)"):
        load(dump(MODEL), ["lines_added"])


def test_bands_and_ranks() -> None:
    assert [band_of(MODEL, p) for p in (0.05, 0.1, 0.9)] == ["low", "usual", "high"]
    assert rank_of(MODEL, 0.0001) == 0.0
    assert rank_of(MODEL, 0.999) == 1.0
    assert rank_of(MODEL, 0.001 + 50 / 200) == pytest.approx(0.5)


def test_a_union_is_of_independent_ends() -> None:
    assert union([0.1, 0.2]) == pytest.approx(0.28)


# -- why -----------------------------------------------------------------------------------------

KNOWN = {feature.name: feature for feature in FEATURES}


def test_reasons_add_up_to_the_features() -> None:
    told = contributions(MODEL, [400.0, 2.0])
    (size, *_) = found = reasons(MODEL, [400.0, 2.0], told, KNOWN)

    assert (size.group, size.told) == ("size", ("lines added: 400, usually 30",))
    assert sum(each.points for each in found) == pytest.approx(sum(told.parts), abs=0.1)


def test_halves_are_told_only_where_they_are_better() -> None:
    large, small = contributions(MODEL, [4000.0, 2.0]), contributions(MODEL, [1.0, 1.0])
    (half,) = alternatives(MODEL, [4000.0, 2.0], large.bad)

    assert half.each < large.bad
    assert half.together == pytest.approx(1 - (1 - half.each) ** 2)
    assert alternatives(MODEL, [1.0, 1.0], small.bad) == ()


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0001, "fewer than 1 in 1,000"),
        (0.0712, "about 1 in 14"),
        (0.1111, "about 1 in 9"),
        (0.399, "about 1 in 3"),
        (0.41, "about 4 in 10"),
        (0.62, "about 6 in 10"),
        (0.999, "about 9 in 10"),
    ],
)
def test_chances_are_told_as_people_count_them(probability: float, words: str) -> None:
    assert odds(probability) == words


RISK = Risk(
    bad=0.11,
    rollback=0.03,
    hotfix=0.082,
    usual=0.0712,
    band="usual",
    rank=0.83,
    blockers=2,
    readiness=44.4,
    reasons=(Reason("size", 0.45, ("lines added: 420, usually 31",)),),
    alternatives=(Alternative("in two changes of half the size", 0.07, 0.135),),
    precedents=(
        Precedent("3f2a91c0aa11", "Add\x1b[31m queue", "2026-03-14", "taken back at once", ()),
    ),
    knows="the change and 1,204 before it",
    measured="measured on other organisations",
    model="8bc9b9b2191f",
    missing="it is behind",
)


HALVES = (
    "  in two changes of half the size: about 1 in 14 for each, 1 in 7 that one of them goes wrong"
)
TOLD = (
    "Told from the change and 1,204 before it; model 8bc9b9b2191f, measured on other organisations."
)


def test_a_risk_is_told_in_words_with_three_numbers() -> None:
    assert sentence(RISK) == (
        "About 1 in 9 changes like this one are rolled back or hot-fixed; the usual is 1 in 14."
    )
    assert list(lines(RISK)) == [
        sentence(RISK),
        "",
        "risk        11.0%  usual: riskier than 83% of changes; the usual is 7.1%",
        "             3.0%  rolled back within 30 days",
        "             8.2%  hot-fixed within 7 days",
        "blockers        2  findings that fail the run, whatever the risk",
        "readiness      44  of 100, from the risk and all findings",
        "",
        "why, in log-odds against the usual change",
        "  +0.45  size: lines added: 420, usually 31",
        "",
        "otherwise",
        HALVES,
        "",
        "like this one, and went wrong",
        "  3f2a91c0aa  2026-03-14  taken back at once: Add\\x1b[31m queue",
        "",
        TOLD,
        "The history is not used: it is behind.",
    ]


# -- readiness -----------------------------------------------------------------------------------


def found(family: str, severity: Severity, confidence: Confidence = Confidence.HIGH) -> Finding:
    place = Location("a.py", 1, 1, 1, 2)
    return Finding("a-rule", family, place, "said", severity, confidence, "0")


def test_readiness_is_a_noisy_or_of_risk_and_findings() -> None:
    error, warning = found("schema", Severity.ERROR), found("state", Severity.WARNING)

    assert readiness(0.1, []) == pytest.approx(90)
    assert readiness(0.1, [error]) == pytest.approx(72)
    assert readiness(0.1, [error, warning]) == pytest.approx(68.4)
    assert readiness(0.1, [error, error._replace(severity=Severity.NOTE)]) == pytest.approx(72)


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("confidence", Confidence)
def test_a_finding_only_lowers_readiness(severity: Severity, confidence: Confidence) -> None:
    assert readiness(0.01, [found("files", severity, confidence)]) < readiness(0.01, [])


# -- what is shipped -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_the_shipped_models_are_in_order(form: str) -> None:
    model = load(SHIPPED.joinpath(f"{form}.json").read_bytes(), names(FORMS[form]))
    told = json.loads(SHIPPED.joinpath("metrics.json").read_text(encoding="utf-8"))["forms"][form]

    assert model.digest == digest(model) == told["digest"]
    assert [head.name for head in model.heads] == ["rollback", "hotfix"]
    assert [band.name for band in model.bands] == ["low", "usual", "high"]
    assert dict(model.trained) == told["trained"]


@pytest.mark.parametrize("form", FORMS)
def test_nothing_in_the_shipped_models_is_a_rate_of_a_person(form: str) -> None:
    model = load(SHIPPED.joinpath(f"{form}.json").read_bytes())

    assert [name for name in model.features if name.startswith("author") and "rate" in name] == []


def test_the_card_says_what_the_metrics_say() -> None:
    card = SHIPPED.joinpath("MODEL_CARD.md").read_text(encoding="utf-8")
    metrics = json.loads(SHIPPED.joinpath("metrics.json").read_text(encoding="utf-8"))["forms"]

    for form in metrics.values():
        for rows in form["measured"].values():
            assert f"{rows['model']['macro_auc']:.3f}" in card


def test_scoring_imports_nothing_heavy() -> None:
    code = (
        "import sys; before = set(sys.modules); "
        "from nonevent.risk.artifact import load; from nonevent.risk.score import score; "
        "print(*sorted(name.partition('.')[0] for name in set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    heavy = {"numpy", "sklearn", "pandas", "joblib", "scipy", "click", "git", "sqlite3"}
    assert heavy.intersection(done.stdout.split()) == set()
