"""The network: two convolutions and a linear layer."""

from torch import nn


def make_convnet(width: int = 32, classes: int = 10) -> nn.Sequential:
    """A network from images [n, 1, 8, 8] to logits [n, classes].

    Plain layers in a row, so that a saved model opens with PyTorch alone, without this project.
    """
    return nn.Sequential(
        nn.Conv2d(1, width, kernel_size=3, padding=1),  # [n, width, 8, 8]
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.Conv2d(width, 2 * width, kernel_size=3, padding=1),  # [n, 2 · width, 8, 8]
        nn.BatchNorm2d(2 * width),
        nn.ReLU(),
        nn.MaxPool2d(2),  # [n, 2 · width, 4, 4]
        nn.Flatten(),
        nn.Dropout(0.25),
        nn.Linear(2 * width * 4 * 4, classes),
    )
