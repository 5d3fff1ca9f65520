"""The 569 biopsies of breast tumours that come with scikit-learn: measured by hand, no download."""

import pandas as pd
from sklearn.datasets import load_breast_cancer


class LoadBiopsies:
    """Load thirty measurements of each tumour, and whether it was malignant."""

    def execute(self) -> tuple[pd.DataFrame, pd.Series]:
        """Measurements are numbers [569, 30] with names; malignant is true or false [569]."""
        found = load_breast_cancer(as_frame=True)
        measurements = found.data
        malignant = (found.target == 0).rename("malignant")  # the data set counts benign as 1
        print(f"{len(measurements)} biopsies, {malignant.mean():.0%} of them malignant")
        return measurements, malignant
