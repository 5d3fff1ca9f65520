"""Quantile regression: not one number for a patient but a low, a middle and a high one."""

import deepforge
import numpy as np
from sklearn.linear_model import QuantileRegressor


class FitQuantiles:
    """Fit one linear model for each quantile; between the outer two lies `level` of all patients."""

    def __init__(self, level: float = 0.8, smoothing: float = 0.02):
        self.level = level
        self.smoothing = smoothing

    def execute(self, measurements: np.ndarray, progress: np.ndarray) -> list:
        """Take measurements [n, 10] and progress [n]; give the models of the low, middle and high quantile."""
        outside = (1 - self.level) / 2
        models = []
        for quantile in deepforge.progress([outside, 0.5, 1 - outside], label="quantiles"):
            model = QuantileRegressor(quantile=quantile, alpha=self.smoothing, solver="highs")
            models.append(model.fit(measurements, progress))
        return models
