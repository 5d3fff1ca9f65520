/** A chart as a PNG file, with its title and its legend. */
import type uPlot from "uplot";
import { strokeOf } from "./strokes";

export function savePicture(plot: uPlot, title: string, labels: readonly string[], near: HTMLElement): void {
  const style = getComputedStyle(near);
  const ratio = devicePixelRatio;
  const row = 18 * ratio;
  const head = 34 * ratio;
  const source = plot.ctx.canvas;
  const canvas = document.createElement("canvas");
  canvas.width = source.width;
  canvas.height = head + source.height + labels.length * row + 10 * ratio;
  const pen = canvas.getContext("2d")!;
  pen.fillStyle = style.getPropertyValue("--panel") || "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = style.getPropertyValue("--ink") || "#000";
  pen.font = `600 ${14 * ratio}px Inter Variable, sans-serif`;
  pen.fillText(title, 12 * ratio, 22 * ratio);
  pen.drawImage(source, 0, head);
  pen.font = `${12 * ratio}px Inter Variable, sans-serif`;
  labels.forEach((label, at) => {
    const y = head + source.height + at * row + row / 2;
    const stroke = strokeOf(at, style);
    pen.strokeStyle = stroke.colour;
    pen.lineWidth = 2 * ratio;
    pen.setLineDash(stroke.dash.map((length) => length * ratio));
    pen.beginPath();
    pen.moveTo(12 * ratio, y);
    pen.lineTo(38 * ratio, y);
    pen.stroke();
    pen.fillText(label, 46 * ratio, y + 4 * ratio);
  });
  canvas.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${title.replace(/[^\w.-]+/g, "-") || "chart"}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}
