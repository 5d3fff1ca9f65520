"""Cross-validation: every biopsy is judged by a classifier that has not seen it."""

import deepforge
import pandas as pd
from sklearn.base import clone
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from utils.classifiers import make_classifier


class CrossValidate:
    """Train a classifier on all folds but one, judge that one with it, and so on for each fold."""

    def __init__(self, classifier: str = "logistic", folds: int = 5, seed: int = 0):
        self.classifier = classifier
        self.folds = folds
        self.seed = seed

    def execute(self, measurements: pd.DataFrame, malignant: pd.Series) -> pd.Series:
        """Give the probability [n] that each tumour is malignant, from a classifier that has not seen it."""
        untrained = make_classifier(self.classifier, self.seed)
        scores = pd.Series(0.0, index=measurements.index, name=self.classifier)
        folds = StratifiedKFold(self.folds, shuffle=True, random_state=self.seed)

        for fold, (seen, unseen) in enumerate(folds.split(measurements, malignant)):
            model = clone(untrained).fit(measurements.iloc[seen], malignant.iloc[seen])
            scores.iloc[unseen] = model.predict_proba(measurements.iloc[unseen])[:, 1]

            accuracy = ((scores.iloc[unseen] > 0.5) == malignant.iloc[unseen]).mean()
            area = roc_auc_score(malignant.iloc[unseen], scores.iloc[unseen])
            deepforge.log(
                step=fold, **{f"{self.classifier}/accuracy": accuracy, f"{self.classifier}/auc": area}
            )

        print(f"{self.classifier}: area under the curve {roc_auc_score(malignant, scores):.4f}")
        return scores
