"""The classifiers that are compared: each function makes an untrained one."""

from sklearn.base import ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def logistic(seed: int) -> ClassifierMixin:
    """A weighted sum of the measurements."""
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, random_state=seed))


def forest(seed: int) -> ClassifierMixin:
    """Two hundred decision trees that vote."""
    return RandomForestClassifier(n_estimators=200, random_state=seed)


def boosting(seed: int) -> ClassifierMixin:
    """A hundred small trees, each correcting those before."""
    return HistGradientBoostingClassifier(max_iter=100, random_state=seed)
