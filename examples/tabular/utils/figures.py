"""The picture of a comparison."""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from sklearn.metrics import roc_auc_score, roc_curve


def draw_roc(truth: pd.Series, all_scores: list[pd.Series]) -> Figure:
    """The ROC curve of each classifier: what share of the truth [n] it finds, for what share of false alarms."""
    figure, axes = plt.subplots(figsize=(5.5, 5), layout="constrained")
    for scores in all_scores:
        false_alarms, found, _ = roc_curve(truth, scores)
        axes.plot(false_alarms, found, label=f"{scores.name}, area {roc_auc_score(truth, scores):.3f}")
    axes.plot([0, 1], [0, 1], color="gray", linestyle=":", label="chance")
    axes.set(title="ROC curves", xlabel="False alarms", ylabel="Malignant tumours found")
    axes.legend(loc="lower right")
    return figure
