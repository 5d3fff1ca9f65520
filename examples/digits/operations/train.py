"""Training: the usual loop of PyTorch, watched live."""

import deepforge
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.convnet import make_convnet


class Train:
    """Train a small convolutional network; the same seed gives the same network.

    Args:
        epochs: How often each image is seen.
        batch_size: Images in a step.
        learning_rate: At the beginning; it falls to zero along a cosine.
        seed: Of the first weights and the order of the images.
    """

    def __init__(self, epochs: int = 12, batch_size: int = 64, learning_rate: float = 2e-3, seed: int = 0):
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.seed = seed

    def execute(self, images: np.ndarray, labels: np.ndarray) -> nn.Module:
        """Take float32 images [n, 1, 8, 8] and int64 labels [n]; give the trained network, in evaluation mode."""
        torch.manual_seed(self.seed)
        torch.set_num_threads(1)  # for a network this small, threads mostly wait for each other
        images, labels = torch.from_numpy(images), torch.from_numpy(labels)

        model = make_convnet()
        print(f"{sum(p.numel() for p in model.parameters()):,} parameters")
        batches = [
            batch for _ in range(self.epochs) for batch in torch.randperm(len(images)).split(self.batch_size)
        ]
        optimizer = torch.optim.AdamW(model.parameters(), lr=self.learning_rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=len(batches))

        model.train()
        for step, batch in enumerate(deepforge.progress(batches, label="training")):
            logits = model(images[batch])  # [batch, 10]
            loss = F.cross_entropy(logits, labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()

            accuracy = (logits.argmax(dim=1) == labels[batch]).float().mean()
            deepforge.log(step=step, loss=loss.item(), accuracy=accuracy.item())

        model.eval()
        return model
