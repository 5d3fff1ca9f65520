"""Keras models, in Keras' own `.keras` format."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
import tempfile
from typing import Any, BinaryIO

from deepforge.runtime.values import find_class


def accepts(value: Any) -> bool:
    """Whether it is a Keras model."""
    keras = sys.modules.get("keras")
    model = getattr(keras, "Model", None)
    return model is not None and isinstance(value, model)


def write(value: Any, file: BinaryIO) -> None:
    """Write by `model.save`."""
    # Keras judges files by the ends of their names.
    with tempfile.TemporaryDirectory(dir=os.path.dirname(file.name)) as folder:
        saved = os.path.join(folder, "model.keras")
        value.save(saved)
        with open(saved, "rb") as source:
            shutil.copyfileobj(source, file, 1 << 20)


def read(path: str, name: str) -> Any:
    """Read by `keras.saving.load_model`, which is told of the model's own class."""
    cls = find_class(name)
    known = {} if cls is None else {cls.__name__: cls}
    keras = importlib.import_module("keras")
    with tempfile.TemporaryDirectory() as folder:
        link = os.path.join(folder, "model.keras")
        os.symlink(os.path.abspath(path), link)
        return keras.saving.load_model(link, custom_objects=known, safe_mode=False)
