"""Evaluation: how well the network reads digits that it has never seen, in one number and two pictures."""

import deepforge
import numpy as np
import torch
from torch import nn

from utils.figures import draw_confusion, draw_examples


class Evaluate:
    """Measure the accuracy, and show which digits are taken for which and the answers that were least sure."""

    def __init__(self, examples: int = 24):
        self.examples = examples

    def execute(self, model: nn.Module, images: np.ndarray, labels: np.ndarray) -> float:
        """Take float32 images [n, 1, 8, 8] and int64 labels [n]; give the share of right answers, from 0 to 1."""
        with torch.no_grad():
            probabilities = model(torch.from_numpy(images)).softmax(dim=1).numpy()  # [n, 10]
        answers = probabilities.argmax(axis=1)
        confidence = probabilities.max(axis=1)

        accuracy = float((answers == labels).mean())
        deepforge.log(test_accuracy=accuracy)
        print(f"{accuracy:.2%} of {len(labels)} test images read correctly")

        least_sure = confidence.argsort()[: self.examples]
        deepforge.figure(draw_confusion(labels, answers))
        deepforge.figure(draw_examples(images[least_sure, 0], labels[least_sure], answers[least_sure]))
        return accuracy
