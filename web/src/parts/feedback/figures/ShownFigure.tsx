/** What of a figure is drawn: an interactive drawing, a page in a frame, or a picture; large ones when asked. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { size } from "../numbers";
import css from "./figure.module.css";
import { type Figure, isLarge, PLOTLY, pageOf, pictureOf } from "./media";
import { PlotlyDrawing } from "./PlotlyDrawing";

interface ShownFigureProps {
  run: string;
  figure: Figure;
  title: string;
  /** Show the picture, though there is an interactive drawing. */
  asDrawn?: boolean;
}

export function ShownFigure({ run, figure, title, asDrawn = false }: ShownFigureProps) {
  const [wanted, setWanted] = useState<string | null>(null);
  const picture = pictureOf(figure);
  const page = pageOf(run, figure);
  const drawing = asDrawn && picture ? undefined : figure.parts[PLOTLY];
  const main = drawing ? PLOTLY : (page?.media ?? picture?.media);
  if (!main)
    return <p className={css.word}>Nothing of this figure can be drawn here. It can be downloaded.</p>;
  const small = picture && !isLarge(figure, picture.media) ? picture : null;
  const digest = figure.parts[main]!;
  if (isLarge(figure, main) && wanted !== digest) {
    return (
      <div className={css.drawing}>
        {small && <img className={css.picture} src={small.href} alt={title} />}
        <div className={css.word}>
          The {drawing ? "interactive drawing" : page ? "document" : "picture"} has{" "}
          {size(figure.sizes[main] ?? 0)}.{" "}
          <Button size="compact-xs" onClick={() => setWanted(digest)}>
            Draw it
          </Button>
        </div>
      </div>
    );
  }
  if (drawing) return <PlotlyDrawing digest={drawing} title={title} picture={small?.href ?? null} />;
  if (page) return <iframe className={css.frame} sandbox="" src={page.href} title={title} loading="lazy" />;
  return (
    <div className={css.drawing}>
      <img className={css.picture} src={picture!.href} alt={title} />
    </div>
  );
}
