"""A trained model as plain JSON: what it is made of, and how it is read.

Nothing but numbers and names is in it, so that reading one runs nothing. The imports are part of
the budget of `nonevent score`: json, math and no more.
"""

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, NamedTuple

from nonevent.digest import blake2b

__all__ = ["FORM", "Band", "Head", "Model", "Tree", "digest", "dump", "load"]

FORM = 1  # of the JSON; a reader refuses any other


class Tree(NamedTuple):
    """A decision tree as columns; a node is its place in them, the first is the root."""

    feature: tuple[int, ...]  # that is compared; -1 in a leaf
    threshold: tuple[float, ...]  # up to which a value goes left
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]  # log-odds; of inner nodes, too


class Head(NamedTuple):
    """What is predicted, and from what."""

    name: str  # "rollback", "hotfix"
    days: int  # within which it happens
    base: float  # share of the changes it was trained on
    intercept: float
    weights: tuple[float, ...]  # of the scaled features
    share: float  # of the linear part in the log-odds; the rest is the trees'
    start: float  # log-odds that the trees begin with
    trees: tuple[Tree, ...]
    slope: float  # calibration: probability = 1 / (1 + exp(-(slope * log-odds + offset)))
    offset: float


class Band(NamedTuple):
    """Changes of similar risk, and what became of them; measured on organisations left out."""

    name: str  # "low", "usual", "high"
    below: float  # probability of going wrong; of the last band 1
    rate: float  # share that went wrong
    share: float  # of all changes


class Model(NamedTuple):
    """Heads over the same features."""

    features: tuple[str, ...]
    mean: tuple[float, ...]  # of sign(x) * log(1 + |x|)
    scale: tuple[float, ...]
    limit: float  # standard deviations beyond which a scaled feature is cut
    heads: tuple[Head, ...]
    bands: tuple[Band, ...]
    ranks: tuple[float, ...]  # 0 %, 1 %, … 100 % of changes are below this probability
    base: float  # share of changes that went wrong in either way
    digest: str  # BLAKE2b of all of it
    trained: Mapping[str, Any]  # the training card


def load(text: str | bytes, known: Sequence[str] | None = None) -> Model:
    """Return the model that the text holds; `known` are the features that can be computed.

    Raises:
        ValueError: it is damaged, of another form, or asks for features that are not known.

    """
    try:
        data = json.loads(text)
        form = data["form"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError("the model is no JSON object with a 'form': train it anew") from None
    if form != FORM:
        raise ValueError(f"the model has form {form!r}, this program reads {FORM}: train it anew")
    try:
        model = _model(data)
        _refuse(model)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"the model is damaged ({error!r}): train it anew") from None
    unknown = [] if known is None else [name for name in model.features if name not in set(known)]
    if unknown:
        raise ValueError(
            f"the model is trained on features that this program does not compute "
            f"({', '.join(unknown[:5])}): train it anew"
        )
    return model


def _model(data: Mapping[str, Any]) -> Model:
    return Model(
        tuple(data["features"]),
        tuple(data["mean"]),
        tuple(data["scale"]),
        data["limit"],
        tuple(_head(each) for each in data["heads"]),
        tuple(Band(*each) for each in data["bands"]),
        tuple(data["ranks"]),
        data["base"],
        data["digest"],
        data["trained"],
    )


def _head(data: Mapping[str, Any]) -> Head:
    values = dict(data)
    values["weights"] = tuple(data["weights"])
    values["trees"] = tuple(Tree(*map(tuple, each)) for each in data["trees"])
    return Head(**values)


def _refuse(model: Model) -> None:
    """Raise where columns differ in length, a tree is no tree, or a number is none."""
    size = len(model.features)
    numbers = [*model.mean, *model.scale, *model.ranks, model.limit, model.base]
    for head in model.heads:
        numbers += [*head.weights, head.intercept, head.share, head.start, head.slope, head.offset]
        numbers.append(head.base)
        if len(head.weights) != size:
            raise ValueError(f"'{head.name}' has not {size} weights, as features: train it anew")
        for tree in head.trees:
            numbers += [*tree.threshold, *tree.value]
            _refuse_tree(tree, size)
    if len(model.mean) != size or len(model.scale) != size or not all(model.scale):
        raise ValueError("the model's features and their scales do not match: train it anew")
    if not all(isfinite(number) for number in numbers):
        raise ValueError("the model holds numbers that are none: train it anew")


def _refuse_tree(tree: Tree, features: int) -> None:
    nodes = len(tree.feature)
    if not nodes or any(len(column) != nodes for column in tree):
        raise ValueError("a tree of the model has columns of different length: train it anew")
    for node, (feature, left, right) in enumerate(
        zip(tree.feature, tree.left, tree.right, strict=True)
    ):
        # children stand behind their parent, so that every way ends
        if feature >= 0 and not (feature < features and node < left < nodes > right > node):
            raise ValueError("a tree of the model leads nowhere: train it anew")


def dump(model: Model) -> str:
    """Return the JSON text of a model, with its digest made anew."""
    sealed = model._replace(digest=digest(model))
    return json.dumps(_plain(sealed), separators=(",", ":"), allow_nan=False) + "\n"


def digest(model: Model) -> str:
    """Return the BLAKE2b of all that a model holds, but for the digest itself."""
    plain = json.dumps(_plain(model._replace(digest="")), sort_keys=True, allow_nan=False)
    return blake2b(plain.encode(), digest_size=32).hexdigest()


def _plain(model: Model) -> dict[str, Any]:
    return {"form": FORM, **model._asdict(), "heads": [head._asdict() for head in model.heads]}
