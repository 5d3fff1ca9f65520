/** The graph that tests draw on: digits → split → train → evaluate, and an Output. */

import type { Graph } from "./model";
import type { Operations } from "./operation";
import { graphFrom, operationsFrom } from "./reading";

const port = (name: string, annotation: string | null = null, required = true) => ({
  name,
  annotation,
  required,
});

export const OPERATIONS: Operations = operationsFrom([
  {
    name: "LoadDigits",
    file: "operations/load_digits.py",
    inputs: [],
    outputs: [port("images", "np.ndarray"), port("labels", "np.ndarray")],
    attributes: [port("test_fraction", "float")],
  },
  {
    name: "Split",
    file: "operations/split.py",
    inputs: [port("images", "ndarray"), port("labels", "ndarray")],
    outputs: [port("train", "ndarray"), port("test", "ndarray")],
  },
  {
    name: "Train",
    file: "operations/train.py",
    inputs: [port("dataset", "np.ndarray"), port("start", "Module | None", false)],
    outputs: [port("model", "Module")],
    attributes: [{ ...port("epochs", "int", false), default: 5 }],
  },
  {
    name: "Evaluate",
    file: "operations/evaluate.py",
    inputs: [port("model", "nn.Module"), port("dataset", "np.ndarray")],
    outputs: [port("report", "pd.DataFrame")],
  },
  {
    name: "Blur",
    file: "operations/blur.py",
    inputs: [port("image", "ndarray")],
    outputs: [port("image", "ndarray")],
  },
  { name: "Input", inputs: [], outputs: [port("data")], attributes: [port("artifact", "str")] },
  { name: "Output", inputs: [port("data")], outputs: [], attributes: [port("name", "str")] },
]);

export const GRAPH: Graph = graphFrom(
  [
    { name: "digits", operation: "LoadDigits", attributes: { test_fraction: 0.2 }, at: [0, 0] },
    {
      name: "split",
      operation: "Split",
      inputs: { images: "digits.images", labels: "digits.labels" },
      at: [300, 0],
    },
    {
      name: "train",
      operation: "Train",
      attributes: { epochs: 5 },
      inputs: { dataset: "split.train" },
      at: [600, 0],
    },
    {
      name: "evaluate",
      operation: "Evaluate",
      inputs: { model: "train", dataset: "split.test" },
      at: [900, 200],
    },
    {
      name: "saved",
      operation: "Output",
      attributes: { name: "convnet" },
      inputs: { data: "train.model" },
      at: [900, 0],
    },
  ],
  [{ id: "note-1", text: "Try a wider convnet", at: [0, 300], size: [176, 60] }],
);
