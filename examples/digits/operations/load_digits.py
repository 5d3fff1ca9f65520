"""The 1 797 handwritten digits that come with scikit-learn: real pen strokes, 8 × 8 pixels, no download."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


class LoadDigits:
    """Load the digits and split them, with the same share of each digit in both parts."""

    def __init__(self, test_fraction: float = 0.2, seed: int = 0):
        self.test_fraction = test_fraction
        self.seed = seed

    def execute(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Images are float32 [n, 1, 8, 8] from 0 (paper) to 1 (ink); labels are int64 [n] from 0 to 9."""
        digits = load_digits()
        images = digits.images[:, None].astype(np.float32) / 16  # the scans have 17 grey levels
        labels = digits.target.astype(np.int64)

        train_images, test_images, train_labels, test_labels = train_test_split(
            images, labels, test_size=self.test_fraction, stratify=labels, random_state=self.seed
        )
        print(f"{len(train_images)} images to train on, {len(test_images)} to test with")
        return train_images, train_labels, test_images, test_labels
