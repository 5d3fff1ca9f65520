"""The check: do as many new patients lie in their interval as the model promised?"""

import deepforge
import numpy as np

from utils.figures import draw_intervals


class Check:
    """Measure on patients that were not learned from how often the truth lies in the interval."""

    def execute(self, models: list, measurements: np.ndarray, progress: np.ndarray) -> float:
        """Take three models, measurements [n, 10] and progress [n]; give the share inside, from 0 to 1."""
        low, middle, high = (model.predict(measurements) for model in models)  # [n] each
        inside = (low <= progress) & (progress <= high)
        coverage = float(inside.mean())

        deepforge.log(
            coverage=coverage,
            width=float((high - low).mean()),
            error=float(np.abs(progress - middle).mean()),
        )
        deepforge.figure(draw_intervals(low, middle, high, progress))
        print(f"{coverage:.0%} of {len(progress)} new patients lie in their interval")
        return coverage
