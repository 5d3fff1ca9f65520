"""The classifiers that are compared."""

from sklearn.base import ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def make_classifier(name: str, seed: int) -> ClassifierMixin:
    """An untrained classifier: `logistic`, `forest` or `boosting`."""
    if name == "logistic":
        return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    if name == "forest":
        return RandomForestClassifier(n_estimators=200, random_state=seed)
    if name == "boosting":
        return HistGradientBoostingClassifier(max_iter=100, random_state=seed)
    raise ValueError(f"There is no classifier {name!r}: use logistic, forest or boosting.")
