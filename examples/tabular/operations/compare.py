"""Comparison: what each classifier would miss, in one table and one picture."""

import deepforge
import pandas as pd
from sklearn.metrics import roc_auc_score

from utils.figures import draw_roc


class Compare:
    """Draw the ROC curves of three classifiers, and count the tumours that each judged wrongly."""

    def execute(self, malignant: pd.Series, one: pd.Series, two: pd.Series, three: pd.Series) -> pd.DataFrame:
        """Take the probabilities [n] of three classifiers; give a row of numbers for each."""
        rows = {}
        for scores in (one, two, three):
            answers = scores > 0.5
            rows[scores.name] = {
                "auc": roc_auc_score(malignant, scores),
                "missed": int((malignant & ~answers).sum()),
                "false_alarms": int((~malignant & answers).sum()),
            }
        table = pd.DataFrame(rows).T.sort_values("auc", ascending=False)

        deepforge.figure(draw_roc(malignant, [one, two, three]))
        deepforge.log(best_auc=table["auc"].iloc[0])
        print(table.to_string())
        return table
