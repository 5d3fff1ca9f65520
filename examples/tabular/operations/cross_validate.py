"""Cross-validation: every biopsy is judged by a classifier that has not seen it."""

from collections.abc import Callable

import deepforge
import pandas as pd
from sklearn.base import ClassifierMixin, clone
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold


class CrossValidate:
    """Train a classifier on all folds but one, judge that one with it, and so on for each fold."""

    def __init__(self, classifier: Callable[[int], ClassifierMixin], folds: int = 5, seed: int = 0):
        """Choose what to judge with.

        Args:
            classifier: Makes an untrained classifier from a seed.
        """
        self.classifier = classifier
        self.folds = folds
        self.seed = seed

    def execute(self, measurements: pd.DataFrame, malignant: pd.Series) -> pd.Series:
        """Give the probability [n] that each tumour is malignant, from a classifier that has not seen it."""
        untrained = self.classifier(self.seed)
        name = self.classifier.__name__
        scores = pd.Series(0.0, index=measurements.index, name=name)
        folds = StratifiedKFold(self.folds, shuffle=True, random_state=self.seed)

        for fold, (seen, unseen) in enumerate(folds.split(measurements, malignant)):
            model = clone(untrained).fit(measurements.iloc[seen], malignant.iloc[seen])
            scores.iloc[unseen] = model.predict_proba(measurements.iloc[unseen])[:, 1]

            accuracy = ((scores.iloc[unseen] > 0.5) == malignant.iloc[unseen]).mean()
            area = roc_auc_score(malignant.iloc[unseen], scores.iloc[unseen])
            deepforge.log(step=fold, **{f"{name}/accuracy": accuracy, f"{name}/auc": area})

        print(f"{name}: area under the curve {roc_auc_score(malignant, scores):.4f}")
        return scores
