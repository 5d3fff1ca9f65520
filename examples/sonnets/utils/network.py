"""The network: a vector for each letter, a recurrent layer, and a guess of the next letter."""

import torch
from torch import nn


class LetterNetwork(nn.Module):
    """Guesses each next letter from those before."""

    def __init__(self, letters: int, width: int):
        super().__init__()
        self.embedding = nn.Embedding(letters, width)
        self.recurrent = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, letters)

    def forward(
        self, codes: torch.Tensor, state: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Take codes [batch, n]; give logits [batch, n, letters], and the state to go on from."""
        hidden, state = self.recurrent(self.embedding(codes), state)
        return self.head(hidden), state
