"""The picture of what was written."""

from matplotlib import pyplot as plt
from matplotlib.figure import Figure


def draw_surprise(text: str, surprise: list[float], shown: int = 80) -> Figure:
    """How many bits of surprise [n] there were in each letter of the text [n]; words begin with the most."""
    figure, axes = plt.subplots(figsize=(11, 3), layout="constrained")
    axes.bar(range(len(text[:shown])), surprise[:shown])
    axes.set_xticks(range(len(text[:shown])), [letter if letter.strip() else "·" for letter in text[:shown]])
    axes.tick_params(axis="x", labelsize=7)
    axes.set(title="Surprise in each letter", ylabel="Bits")
    return figure
