"""Models: their layers with parameters and sizes."""

from __future__ import annotations

import sys
from typing import Any, Dict, Iterable, List, Optional, Tuple

MOST_LAYERS = 2000

Document = Dict[str, Any]


def describe(value: Any) -> Optional[Document]:
    """The document of a model of PyTorch or Keras, or of the weights of one; None for anything else."""
    keras, torch = sys.modules.get("keras"), sys.modules.get("torch")
    if keras is not None and isinstance(value, getattr(keras, "Model", ())):
        return _keras(value)
    if torch is None or not hasattr(torch, "nn"):
        return None
    if isinstance(value, torch.nn.Module):
        return _module(value)
    if isinstance(value, dict) and value and all(isinstance(key, str) for key in value):
        tensors = [(key, item) for key, item in value.items() if isinstance(item, torch.Tensor)]
        if tensors and len(tensors) * 2 >= len(value):
            return _weights(tensors, len(value) - len(tensors))
    return None


def _module(model: Any) -> Document:
    layers = []
    for name, part in model.named_modules():
        own = list(part.named_parameters(recurse=False)) + list(part.named_buffers(recurse=False))
        if not name or (not own and next(part.children(), None) is not None):
            if not own:
                continue
        counted = [weight for _, weight in part.named_parameters(recurse=False)]
        layers.append(
            {
                "name": name or "(the model itself)",
                "type": type(part).__name__,
                "shapes": [[label, _shape(weight)] for label, weight in own],
                "parameters": sum(int(weight.nelement()) for weight in counted),
                "trainable": sum(int(weight.nelement()) for weight in counted if weight.requires_grad),
                "bytes": sum(_bytes(weight) for _, weight in own),
                "detail": str(part.extra_repr())[:200],
            }
        )
    parameters = list(model.parameters())
    return {
        "kind": "model",
        "framework": "torch",
        "name": type(model).__name__,
        "parameters": sum(int(weight.nelement()) for weight in parameters),
        "trainable": sum(int(weight.nelement()) for weight in parameters if weight.requires_grad),
        "bytes": sum(_bytes(weight) for weight in _each_once(parameters + list(model.buffers()))),
        "layers": layers[:MOST_LAYERS],
        "layers_in_all": len(layers),
    }


def _each_once(weights: Iterable[Any]) -> List[Any]:
    return list({id(weight): weight for weight in weights}.values())


def _weights(tensors: List[Tuple[str, Any]], others: int) -> Document:
    layers: Dict[str, Document] = {}
    for key, tensor in tensors:
        name, _, label = key.rpartition(".")
        layer = layers.setdefault(
            name or key, {"name": name or key, "type": "", "shapes": [], "parameters": 0, "bytes": 0}
        )
        layer["shapes"].append([label, _shape(tensor)])
        layer["parameters"] += int(tensor.nelement())
        layer["bytes"] += _bytes(tensor)
    return {
        "kind": "model",
        "framework": "torch",
        "name": "weights",
        "parameters": sum(layer["parameters"] for layer in layers.values()),
        "trainable": None,
        "bytes": sum(layer["bytes"] for layer in layers.values()),
        "layers": list(layers.values())[:MOST_LAYERS],
        "layers_in_all": len(layers),
        "others": others,
    }


def _keras(model: Any) -> Document:
    layers = [
        {
            "name": str(layer.name),
            "type": type(layer).__name__,
            "shapes": [
                [str(weight.name), [int(length) for length in weight.shape]] for weight in layer.weights
            ],
            "parameters": int(layer.count_params()) if layer.built else 0,
            "trainable": sum(_product(weight.shape) for weight in layer.trainable_weights),
            "bytes": sum(_product(weight.shape) * _width(weight.dtype) for weight in layer.weights),
        }
        for layer in model.layers
    ]
    return {
        "kind": "model",
        "framework": "keras",
        "name": str(model.name),
        "parameters": sum(_product(weight.shape) for weight in model.weights),
        "trainable": sum(_product(weight.shape) for weight in model.trainable_weights),
        "bytes": sum(_product(weight.shape) * _width(weight.dtype) for weight in model.weights),
        "layers": layers[:MOST_LAYERS],
        "layers_in_all": len(layers),
    }


def _product(shape: Iterable[Any]) -> int:
    product = 1
    for length in shape:
        product *= int(length)
    return product


def _width(dtype: Any) -> int:
    digits = "".join(letter for letter in str(dtype) if letter.isdigit())
    return max(1, int(digits or 8) // 8)


def _shape(tensor: Any) -> List[int]:
    return [int(length) for length in tensor.shape]


def _bytes(tensor: Any) -> int:
    return int(tensor.nelement() * tensor.element_size())
