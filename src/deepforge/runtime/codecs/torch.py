"""PyTorch tensors, modules, and lists and dicts that hold tensors. Pickles: only ever loaded in a job."""

from __future__ import annotations

import importlib
import sys
from collections import OrderedDict
from typing import Any, BinaryIO


def accepts(value: Any) -> bool:
    """Whether it is a tensor, a module, or directly holds a tensor."""
    torch = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "nn"):
        return False
    if type(value) in (dict, OrderedDict):
        return any(isinstance(item, torch.Tensor) for item in value.values())
    if type(value) in (list, tuple):
        return any(isinstance(item, torch.Tensor) for item in value)
    return isinstance(value, (torch.Tensor, torch.nn.Module))


def write(value: Any, file: BinaryIO) -> None:
    """Write by `torch.save`; a view of a larger tensor goes without the rest of it."""
    torch = sys.modules["torch"]
    if type(value) is torch.Tensor and _is_small_view(value):
        value = value.detach().clone().requires_grad_(value.requires_grad)
    torch.save(value, file)


def _is_small_view(tensor: Any) -> bool:
    if tensor.layout != sys.modules["torch"].strided or tensor.device.type == "meta":
        return False
    return bool(tensor.untyped_storage().nbytes() > tensor.nelement() * tensor.element_size())


def read(path: str, name: str) -> Any:
    """Map it into memory; tensors of a device that this machine lacks come to the CPU."""
    torch = importlib.import_module("torch")
    place = None if torch.cuda.is_available() else "cpu"
    return torch.load(path, map_location=place, weights_only=False, mmap=True)
