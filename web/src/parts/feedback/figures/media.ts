/** The parts of a figure by what can be done with them. */
import type { Schemas } from "@/api/client";

export type Figure = Schemas["FigureView"];

export const PLOTLY = "application/vnd.plotly.v1+json";
export const GRAPH = "application/vnd.deepforge.graph+json";
const IMAGES = ["image/png", "image/webp", "image/jpeg", "image/gif"] as const;
const DOCUMENTS = ["image/svg+xml", "text/html"] as const;
const ENDINGS: Record<string, string> = {
  "image/png": "png",
  "image/webp": "webp",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/svg+xml": "svg",
  "text/html": "html",
  [PLOTLY]: "plotly.json",
  [GRAPH]: "json",
};
/** What has more bytes is drawn only when somebody asks for it: a browser is busy with it for seconds. */
const LARGE = 6_000_000;
const LARGE_PICTURE = 16_000_000;

export const isGraph = (figure: Figure): boolean => GRAPH in figure.parts;

/** Whether there is a choice between an interactive drawing and the picture of it. */
export const hasBoth = (figure: Figure): boolean => PLOTLY in figure.parts && pictureOf(figure) !== null;

const isPicture = (media: string): boolean => (IMAGES as readonly string[]).includes(media);

export const isLarge = (figure: Figure, media: string): boolean =>
  (figure.sizes[media] ?? 0) > (isPicture(media) ? LARGE_PICTURE : LARGE);

export interface Place {
  media: string;
  href: string;
}

/** The picture of a figure, as a browser may load it. */
export function pictureOf(figure: Figure): Place | null {
  const media = IMAGES.find((one) => one in figure.parts);
  return media ? { media, href: `/api/v1/blobs/${figure.parts[media]}?media=${media}` } : null;
}

/** The document of a figure that is shown in a frame, where nothing of it can run. */
export function pageOf(run: string, figure: Figure): Place | null {
  const media = DOCUMENTS.find((one) => one in figure.parts);
  if (!media) return null;
  const query = new URLSearchParams({
    job: figure.job,
    figure: figure.figure,
    version: String(figure.version),
    media,
  });
  return { media, href: `/api/v1/runs/${run}/figures/page?${query}` };
}

export interface Part {
  media: string;
  href: string;
  name: string;
  size: number | null;
}

/** Every part as a file. */
export function partsOf(figure: Figure): Part[] {
  const stem = (figure.title || figure.figure).replace(/[^\w.-]+/g, "-").replace(/^-|-$/g, "") || "figure";
  return Object.entries(figure.parts).map(([media, digest]) => ({
    media,
    href: `/api/v1/blobs/${digest}${isPicture(media) ? `?media=${media}` : ""}`,
    name: `${stem}-${figure.version}.${ENDINGS[media] ?? "bin"}`,
    size: figure.sizes[media] ?? null,
  }));
}

/** The newest version of each figure, with one that has just been shown. */
export function withNewest(figures: readonly Figure[], shown: Figure): Figure[] {
  const at = figures.findIndex(({ job, figure }) => job === shown.job && figure === shown.figure);
  if (at < 0) return [...figures, shown];
  return figures.map((figure, place) => (place === at ? shown : figure));
}
