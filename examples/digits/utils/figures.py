"""The two pictures of an evaluation."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure


def draw_confusion(labels: np.ndarray, answers: np.ndarray, classes: int = 10) -> Figure:
    """How often each digit [n] got each answer [n]; what is off the diagonal is a mistake."""
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (labels, answers), 1)

    figure, axes = plt.subplots(figsize=(5, 5), layout="constrained")
    axes.imshow(counts, cmap="Blues")
    for label, answer in np.argwhere(counts):
        color = "white" if counts[label, answer] > counts.max() / 2 else "black"
        axes.text(answer, label, counts[label, answer], ha="center", va="center", color=color)
    axes.set(
        title="Confusion matrix",
        xlabel="Answer",
        ylabel="Digit",
        xticks=range(classes),
        yticks=range(classes),
    )
    return figure


def draw_examples(images: np.ndarray, labels: np.ndarray, answers: np.ndarray, columns: int = 6) -> Figure:
    """Images [n, 8, 8], each under the answer [n] it got; a wrong answer is red and names the digit [n]."""
    rows = max(1, -(-len(images) // columns))
    figure, grid = plt.subplots(
        rows, columns, figsize=(columns, 1.25 * rows), squeeze=False, layout="constrained"
    )
    figure.suptitle("The least certain answers")
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, image, label, answer in zip(grid.flat, images, labels, answers, strict=False):
        axes.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        if answer == label:
            axes.set_title(f"{answer}", fontsize=10)
        else:
            axes.set_title(f"{answer}, is {label}", fontsize=10, color="tab:red")
    return figure
