"""Beginnings: templates for operations, as somebody would write them who starts from nothing."""

from __future__ import annotations

from deepforge.core.code import CodeTemplate
from deepforge.core.errors import UnknownName, did_you_mean
from deepforge.core.pasting import file_name
from deepforge.core.source import camel_case

_FUNCTION = '''"""{title}."""


def {function}(data, *, factor: float = 1.0):
    """Say here what it does with the data."""
    result = data
    return result
'''
_CLASS = '''"""{title}."""


class {name}:
    """Say here what it does with the data."""

    def __init__(self, factor: float = 1.0):
        self.factor = factor

    def execute(self, data):
        result = data
        return result
'''
_TRAINING = '''"""{title}: the usual loop of PyTorch, watched live."""

import deepforge
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class {name}:
    """Train a small network that tells classes apart."""

    def __init__(self, epochs: int = 5, batch_size: int = 64, learning_rate: float = 1e-3, seed: int = 0):
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.seed = seed

    def execute(self, features: np.ndarray, labels: np.ndarray) -> nn.Module:
        """Take float32 features [n, ...] and int64 labels [n]; give the trained network."""
        torch.manual_seed(self.seed)
        inputs, targets = torch.from_numpy(features).flatten(1), torch.from_numpy(labels)
        classes = int(targets.max()) + 1
        model = nn.Sequential(nn.Linear(inputs.shape[1], 64), nn.ReLU(), nn.Linear(64, classes))
        optimizer = torch.optim.AdamW(model.parameters(), lr=self.learning_rate)

        step = 0
        for _ in deepforge.progress(range(self.epochs), label="training"):
            for batch in torch.randperm(len(inputs)).split(self.batch_size):
                logits = model(inputs[batch])  # [batch, classes]
                loss = F.cross_entropy(logits, targets[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                deepforge.log(step=step, loss=loss.item())
                step += 1

        model.eval()
        return model
'''
_DATASET = '''"""{title}: data that is made here, split into two parts."""

import numpy as np


class {name}:
    """Make two clouds of points, and split them."""

    def __init__(self, points: int = 1000, test_fraction: float = 0.2, seed: int = 0):
        self.points = points
        self.test_fraction = test_fraction
        self.seed = seed

    def execute(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Features are float32 [n, 2]; labels are int64 [n], 0 or 1."""
        random = np.random.default_rng(self.seed)
        labels = random.integers(0, 2, self.points)
        features = (random.normal(size=(self.points, 2)) + 3 * labels[:, None]).astype(np.float32)

        count = round(self.points * self.test_fraction)
        test_features, train_features = np.split(features, [count])
        test_labels, train_labels = np.split(labels, [count])
        return train_features, train_labels, test_features, test_labels
'''
_FIGURE = '''"""{title}: a picture of the data."""

import deepforge
import matplotlib.pyplot as plt
import numpy as np


def {function}(values: np.ndarray, *, title: str = "Values"):
    """Draw the values [n] in their order."""
    figure, axes = plt.subplots()
    axes.plot(values)
    axes.set_title(title)
    deepforge.figure(figure)
'''

_ALL: dict[str, tuple[str, str, str]] = {
    "function": ("Function", "The shortest form: positional parameters are inputs.", _FUNCTION),
    "class": ("Class", "Attributes in __init__, inputs in execute.", _CLASS),
    "training": ("Training loop", "PyTorch, with progress and a loss that is watched live.", _TRAINING),
    "dataset": ("Dataset", "Arrays that are made and split with numpy.", _DATASET),
    "figure": ("Figure", "A picture by matplotlib, shown in the run.", _FIGURE),
}


def templates() -> tuple[CodeTemplate, ...]:
    """All templates for operations."""
    return tuple(CodeTemplate(name, title, about) for name, (title, about, _) in _ALL.items())


def begin(template: str, name: str) -> tuple[str, str]:
    """The name and the source of an operation from a template. Raises UnknownName.

    `name` may be written either way: functions get `load_digits`, classes `LoadDigits`.
    """
    if template not in _ALL:
        raise UnknownName(f"There is no template {template}.", did_you_mean(template, _ALL))
    text = _ALL[template][2]
    function = file_name(name)
    class_name = name if name[:1].isupper() and "_" not in name else camel_case(function)
    title = function.replace("_", " ").capitalize()
    chosen = function if "{function}" in text else class_name
    for word, put in (("{title}", title), ("{function}", function), ("{name}", class_name)):
        text = text.replace(word, put)
    return chosen, text
