import { expect, test } from "vitest";
import { drawnSize, scaled, TOOLS, ticksFor } from "./drawn";

const document = {
  data: [
    { x: [1, 2], width: [0.8, 0.8], line: { width: 2, color: "rgba(0,0,0,1)" }, marker: { size: [4, 6] } },
  ],
  layout: {
    width: 1200,
    height: 300,
    meta: { source: "matplotlib", free: ["xaxis", "yaxis"] },
    xaxis: { range: [0, 10], tickvals: [2, 4], tickfont: { size: 10 } },
    yaxis: { range: ["2026-01-01T00:00:00.000000", "2026-01-03T00:00:00.000000"] },
    annotations: [
      { text: "here", ax: 10, ay: -20, font: { size: 12, color: "rgba(255,0,0,1)" } },
      { text: "there", ax: 3, ay: 4, axref: "x", name: "common xaxis" },
    ],
  },
};

test("what matplotlib drew keeps its shape, with letters and strokes in proportion and numbers as they are", () => {
  expect(drawnSize(document)).toEqual({ width: 1200, height: 300 });
  const { data, layout } = scaled(document, 0.5, "white");
  expect(data).toEqual([
    { x: [1, 2], width: [0.8, 0.8], line: { width: 1, color: "white" }, marker: { size: [2, 3] } },
  ]);
  expect(layout).toMatchObject({
    width: 600,
    height: 150 + TOOLS,
    autosize: false,
    margin: { t: TOOLS },
    xaxis: { range: [0, 10], tickvals: [2, 4], tickfont: { size: 5 } },
    annotations: [
      { ax: 5, ay: -10, font: { size: 6, color: "rgba(255,0,0,1)" } },
      { ax: 3, ay: 4 },
    ],
  });
});

test("what matplotlib wrote on a picture stays black in the dark, what is beside it does not", () => {
  const black = "rgba(0,0,0,1)";
  const on = (text: string, xref: string, yref: string) => ({ text, xref, yref, font: { color: black } });
  const matrix = {
    data: [{ type: "heatmap", xaxis: "x", yaxis: "y" }],
    layout: {
      ...document.layout,
      annotations: [on("36", "x", "y"), on("Confusion matrix", "paper", "paper"), on("beside", "x2", "y2")],
    },
  };
  const { layout } = scaled(matrix, 1, "white");
  const colours = (layout!.annotations as { text: string; font: { color: string } }[]).map(
    ({ text, font }) => `${text}: ${font.color}`,
  );
  expect(colours).toEqual([`36: ${black}`, "Confusion matrix: white", "beside: white"]);
});

test("a document of another source is no drawing of matplotlib", () => {
  expect(drawnSize({ data: [], layout: { width: 100, height: 100 } })).toBe(null);
  expect(drawnSize({})).toBe(null);
});

test("who looks closer sees other ticks, and matplotlib's again with all in view", () => {
  const dates = ["2026-01-01", "2026-01-03"];
  const closer = {
    xaxis: { range: [2, 3], tickmode: "array" },
    yaxis: { range: dates, tickmode: "array" },
  };
  expect(ticksFor(document, closer)).toEqual({ "xaxis.tickmode": "auto", "annotations[1].visible": false });
  const back = { xaxis: { range: [0, 10], tickmode: "auto" }, yaxis: { range: dates, tickmode: "array" } };
  expect(ticksFor(document, back)).toEqual({ "xaxis.tickmode": "array", "annotations[1].visible": true });
});
