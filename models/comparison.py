"""The paper's six models, with scikit-learn's own settings and tuned by Optuna."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.errors import DataError, MissingPackageError, TrainingStoppedError
from models.evaluate import Score, group_folds, score
from models.train import never

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Rows = NDArray[np.intp]

MODELS: Final = (
    "k-NN",
    "neural network",
    "gradient boosting",
    "decision tree",
    "random forest",
    "SVM",
)
_FOLDS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedModel:
    """What one of the six models gave on the test rows.

    Parameters
    ----------
    name : str
        One of :data:`MODELS`.
    settings : mapping
        What differs from scikit-learn's own; empty for nothing.
    scores : tuple of Score
        Of each output.
    predicted : ndarray, shape (n_test, n_outputs)
    """

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    scores: tuple[Score, ...]
    predicted: Array


def compare_models(
    X: Array,
    Y: Array,
    training: Rows,
    test: Rows,
    *,
    groups: NDArray[Any] | None = None,
    trials: int = 0,
    names: Sequence[str] | None = None,
    seed: int = 0,
    should_stop: Callable[[], bool] = never,
) -> list[ComparedModel]:
    """Train the models on the same rows and score them on the same test rows.

    Parameters
    ----------
    X : ndarray, shape (n, n_inputs)
    Y : ndarray, shape (n, n_outputs)
        NaN where an output is missing; each output is learned from the rows that have it.
    training, test : ndarray of int
    groups : ndarray, shape (n,), optional
        Needed to tune: folds keep groups together.
    trials : int
        Of Optuna for each model; 0 leaves scikit-learn's settings.
    names : sequence of str, optional
        Of :data:`MODELS`; all by default.
    seed : int
    should_stop : callable

    Raises
    ------
    MissingPackageError
        Without optuna, if something is to be tuned.
    TrainingStoppedError
    """
    found = []
    for name in MODELS if names is None else names:
        if should_stop():
            raise TrainingStoppedError(f"the comparison was stopped before {name}")
        settings: Mapping[str, Any] = {}
        if trials:
            if groups is None:
                raise DataError("tuning needs the groups of the rows", key="groups")
            settings = tune(name, X[training], Y[training], groups[training], trials, seed)
        guess = fit_and_predict(name, settings, X[training], Y[training], X[test], seed)
        scores = tuple(score(Y[test, k], guess[:, k]) for k in range(Y.shape[1]))
        found.append(ComparedModel(name=name, settings=settings, scores=scores, predicted=guess))
    return found


def fit_and_predict(
    name: str, settings: Mapping[str, Any], X: Array, Y: Array, queries: Array, seed: int
) -> Array:
    """Train one model for each output and return its predictions, shape (n, n_outputs)."""
    return fit_model(name, settings, X, Y, seed)(queries)


def fit_model(
    name: str, settings: Mapping[str, Any], X: Array, Y: Array, seed: int
) -> Callable[[Array], Array]:
    """Train one model for each output; return what predicts queries, shape (n, n_outputs)."""
    from threadpoolctl import threadpool_limits

    models = []
    for k in range(Y.shape[1]):
        known = np.isfinite(Y[:, k])
        model = make_model(name, settings, seed)
        # Boosted trees on small tables wait for threads more than they compute.
        with threadpool_limits(1), warnings.catch_warnings():
            # Its own settings stop the network after 200 passes, converged or not.
            warnings.filterwarnings("ignore", message="Stochastic Optimizer")
            model.fit(X[known], Y[known, k])
        models.append(model)

    def predict(queries: Array) -> Array:
        with threadpool_limits(1):
            return np.column_stack([model.predict(queries) for model in models])

    return predict


def tune(
    name: str, X: Array, Y: Array, groups: NDArray[Any], trials: int, seed: int
) -> dict[str, Any]:
    """Return the settings with the lowest standardised square error over folds of groups."""
    try:
        import optuna
    except ImportError as error:
        raise MissingPackageError(
            "tuning needs optuna, which is not installed; `pip install -r requirements-train.lock` "
            "brings it",
            key="optuna",
        ) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    scale = np.nanvar(Y, axis=0)

    def error_of(trial: Any) -> float:
        settings = _suggest(name, trial)
        errors = []
        for inside, outside in group_folds(groups, _FOLDS, seed):
            guess = fit_and_predict(name, settings, X[inside], Y[inside], X[outside], seed)
            errors.append(float(np.nanmean((guess - Y[outside]) ** 2 / scale)))
        return float(np.mean(errors))

    sampler = optuna.samplers.TPESampler(seed=seed)
    study = optuna.create_study(direction="minimize", sampler=sampler)
    study.optimize(error_of, n_trials=trials)
    return _suggest(name, optuna.trial.FixedTrial(study.best_params))


def make_model(name: str, settings: Mapping[str, Any], seed: int) -> Any:
    """Return an untrained model of scikit-learn, with inputs and output standardised.

    Raises
    ------
    DataError
        If no model has that name.
    """
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVR
    from sklearn.tree import DecisionTreeRegressor

    kinds: dict[str, Callable[..., Any]] = {
        "k-NN": KNeighborsRegressor,
        "neural network": lambda **given: MLPRegressor(random_state=seed, **given),
        "gradient boosting": lambda **given: HistGradientBoostingRegressor(
            random_state=seed, **given
        ),
        "decision tree": lambda **given: DecisionTreeRegressor(random_state=seed, **given),
        "random forest": lambda **given: RandomForestRegressor(random_state=seed, **given),
        "SVM": SVR,
    }
    if name not in kinds:
        raise DataError(
            f"there is no model {name!r}; there are {', '.join(MODELS)}",
            key="model",
            given=name,
            allowed=", ".join(MODELS),
        )
    pipeline = make_pipeline(StandardScaler(), kinds[name](**settings))
    return TransformedTargetRegressor(pipeline, transformer=StandardScaler())


def _suggest(name: str, trial: Any) -> dict[str, Any]:
    """Return the settings that a trial of Optuna draws for a model."""
    if name == "k-NN":
        return {
            "n_neighbors": trial.suggest_int("n_neighbors", 1, 20),
            "weights": trial.suggest_categorical("weights", ["uniform", "distance"]),
            "p": trial.suggest_int("p", 1, 2),
        }
    if name == "neural network":
        width = trial.suggest_int("width", 16, 128, log=True)
        return {
            "hidden_layer_sizes": (width,) * trial.suggest_int("layers", 1, 3),
            "alpha": trial.suggest_float("alpha", 1e-6, 1e-1, log=True),
            "learning_rate_init": trial.suggest_float("learning_rate_init", 3e-4, 1e-2, log=True),
            "max_iter": 500,
        }
    if name == "gradient boosting":
        return {
            "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.3, log=True),
            "max_iter": trial.suggest_int("max_iter", 50, 600, log=True),
            "max_leaf_nodes": trial.suggest_int("max_leaf_nodes", 4, 63, log=True),
            "min_samples_leaf": trial.suggest_int("min_samples_leaf", 2, 40, log=True),
            "l2_regularization": trial.suggest_float("l2_regularization", 1e-6, 10, log=True),
        }
    if name == "SVM":
        return {
            "C": trial.suggest_float("C", 0.1, 300, log=True),
            "gamma": trial.suggest_float("gamma", 1e-3, 1, log=True),
            "epsilon": trial.suggest_float("epsilon", 1e-3, 0.3, log=True),
        }
    tree = {
        "max_depth": trial.suggest_int("max_depth", 3, 30),
        "min_samples_leaf": trial.suggest_int("min_samples_leaf", 1, 20, log=True),
    }
    if name == "random forest":
        tree["max_features"] = trial.suggest_float("max_features", 0.3, 1.0)
        tree["n_estimators"] = trial.suggest_int("n_estimators", 50, 300, log=True)
    return tree
