"""Throw dice and watch the mean settle."""

import random

import deepforge


class ThrowDice:
    """Attributes are the parameters of `__init__`, inputs those of `execute`; what `execute` returns are outputs."""

    def __init__(self, throws: int = 200, dice: int = 2, seed: int = 1):
        self.throws = throws
        self.dice = dice
        self.random = random.Random(seed)

    def execute(self):
        sums: list[int] = []
        for throw in deepforge.progress(range(1, self.throws + 1), label="throwing"):
            sums.append(sum(self.random.randint(1, 6) for _ in range(self.dice)))
            deepforge.log(step=throw, mean=sum(sums) / len(sums))
        return sums
