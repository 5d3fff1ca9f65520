"""The picture of a check."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure


def draw_intervals(low: np.ndarray, middle: np.ndarray, high: np.ndarray, truth: np.ndarray) -> Figure:
    """Each patient's interval and truth [n], ordered by the prediction [n]; what lies outside is marked."""
    order = middle.argsort()
    low, middle, high, truth = low[order], middle[order], high[order], truth[order]
    rank = np.arange(len(order))
    outside = (truth < low) | (truth > high)

    figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
    axes.fill_between(rank, low, high, alpha=0.25, label="interval")
    axes.plot(rank, middle, label="prediction")
    axes.scatter(rank[~outside], truth[~outside], s=12, color="black", label="truth, inside")
    axes.scatter(rank[outside], truth[outside], s=24, color="tab:red", marker="x", label="truth, outside")
    axes.set(title="Predictions with intervals", xlabel="Patients by prediction", ylabel="Progress in a year")
    axes.legend()
    return figure
