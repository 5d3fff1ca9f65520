"""The 442 diabetes patients that come with scikit-learn: ten measurements, and how the illness went on."""

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split


class LoadPatients:
    """Load the patients and split them."""

    def __init__(self, test_fraction: float = 0.3, seed: int = 0):
        self.test_fraction = test_fraction
        self.seed = seed

    def execute(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Measurements are float64 [n, 10] around 0; progress is float64 [n], one year later, from 25 to 346."""
        measurements, progress = load_diabetes(return_X_y=True)
        train_measurements, test_measurements, train_progress, test_progress = train_test_split(
            measurements, progress, test_size=self.test_fraction, random_state=self.seed
        )
        print(f"{len(train_progress)} patients to learn from, {len(test_progress)} to test with")
        return train_measurements, train_progress, test_measurements, test_progress
