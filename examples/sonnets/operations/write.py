"""Writing: letter by letter, each drawn by how likely the network thinks it is."""

import deepforge
import torch
from torch import nn

from utils.figures import draw_surprise


class Write:
    """Have the network go on from a beginning; a low temperature is careful, a high one wild."""

    def __init__(self, beginning: str = "When ", length: int = 400, temperature: float = 0.6, seed: int = 0):
        self.beginning = beginning
        self.length = length
        self.temperature = temperature
        self.seed = seed

    def execute(self, model: nn.Module, alphabet: str) -> str:
        """Give the beginning and `length` letters that the network adds."""
        chance = torch.Generator().manual_seed(self.seed)
        written = [alphabet.index(letter) for letter in self.beginning]
        surprise = []  # bits
        state, new = None, written
        with torch.no_grad():
            for _ in range(self.length):
                logits, state = model(torch.tensor([new]), state)
                likely = (logits[0, -1] / self.temperature).softmax(dim=0)  # [letters]
                letter = int(torch.multinomial(likely, 1, generator=chance))
                surprise.append(float(-likely[letter].log2()))
                written.append(letter)
                new = [letter]

        text = "".join(alphabet[code] for code in written)
        print(text)
        deepforge.figure(draw_surprise(text[len(self.beginning) :], surprise))
        return text
