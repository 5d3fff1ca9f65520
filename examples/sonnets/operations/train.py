"""Training: from all letters so far, guess the next one."""

import deepforge
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.network import LetterNetwork


class Train:
    """Train a small recurrent network on random stretches of the text; the same seed gives the same network."""

    def __init__(
        self,
        steps: int = 400,
        batch_size: int = 32,
        length: int = 64,
        width: int = 128,
        learning_rate: float = 5e-3,
        seed: int = 0,
    ):
        self.steps = steps
        self.batch_size = batch_size
        self.length = length
        self.width = width
        self.learning_rate = learning_rate
        self.seed = seed

    def execute(self, codes: np.ndarray, alphabet: str) -> nn.Module:
        """Take the text as int64 codes [n]; give the trained network, in evaluation mode."""
        torch.manual_seed(self.seed)
        torch.set_num_threads(1)  # for a network this small, threads mostly wait for each other
        text = torch.from_numpy(codes)

        model = LetterNetwork(letters=len(alphabet), width=self.width)
        optimizer = torch.optim.AdamW(model.parameters(), lr=self.learning_rate)

        model.train()
        for step in deepforge.progress(range(self.steps), label="training"):
            starts = torch.randint(len(text) - self.length, (self.batch_size, 1))
            stretch = text[starts + torch.arange(self.length + 1)]  # [batch, length + 1]
            logits, _ = model(stretch[:, :-1])  # [batch, length, letters]
            loss = F.cross_entropy(logits.flatten(0, 1), stretch[:, 1:].flatten())
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()

            deepforge.log(step=step, loss=loss.item(), bits_per_letter=loss.item() / np.log(2))

        model.eval()
        return model
