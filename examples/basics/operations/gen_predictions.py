import numpy as np

class GenPredictions():
    """Made-up predictions of a redshift for PredVis to draw: bell curves that peak near the true values."""

    def __init__(self, count=100, num_bins=180, max_val=0.4, error=0.02):
        self.count = count
        self.xrange = np.arange(0, max_val, max_val / num_bins)
        self.error = error

    def execute(self):
        """Give predicted and true values [count], and a probability for each bin [count, num_bins]."""
        gt = np.random.uniform(self.xrange[0], self.xrange[-1], self.count)
        pt = np.clip(np.random.normal(gt, self.error), self.xrange[0], self.xrange[-1])
        pdfs = np.exp(-((self.xrange - pt[:, None]) / self.error) ** 2 / 2)
        pdfs /= pdfs.sum(axis=1, keepdims=True)
        return pt, gt, pdfs
