/** Asking for points: what many charts ask for in one moment goes to the server as one request. */
import { api, ask, type Schemas } from "@/api/client";

export type SeriesLine = Schemas["SeriesLine"];
export type SeriesPoints = Schemas["SeriesPoints"];
export type Axis = "step" | "time";

export interface Wish {
  run: string;
  name: string;
  job?: string | null;
  /** Only what is behind so many points. */
  skip?: number | null;
}

export interface Stretch {
  width: number;
  first?: number | null;
  last?: number | null;
  axis?: Axis;
}

interface Waiting {
  wish: Wish;
  done: (lines: SeriesLine[]) => void;
  failed: (error: unknown) => void;
}

export type Post = (wishes: Wish[], stretch: Stretch) => Promise<SeriesLine[]>;

const MOST = 200;
const GATHER_MS = 15;

export class PointsBatch {
  private readonly waiting = new Map<string, { stretch: Stretch; wishes: Waiting[] }>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly post: Post) {}

  /** The lines of one wish: one for each job that logged the metric. */
  ask(wish: Wish, stretch: Stretch): Promise<SeriesLine[]> {
    const key = JSON.stringify([
      stretch.width,
      stretch.first ?? null,
      stretch.last ?? null,
      stretch.axis ?? "step",
    ]);
    return new Promise((done, failed) => {
      const group = this.waiting.get(key) ?? { stretch, wishes: [] };
      group.wishes.push({ wish, done, failed });
      this.waiting.set(key, group);
      this.timer ??= setTimeout(() => this.send(), GATHER_MS);
    });
  }

  private send(): void {
    this.timer = undefined;
    const groups = [...this.waiting.values()];
    this.waiting.clear();
    for (const { stretch, wishes } of groups)
      for (let start = 0; start < wishes.length; start += MOST)
        void this.sendSome(stretch, wishes.slice(start, start + MOST));
  }

  private async sendSome(stretch: Stretch, some: Waiting[]): Promise<void> {
    try {
      const wishes = new Map(some.map(({ wish }) => [wishName(wish), wish]));
      const found = await this.post([...wishes.values()], stretch);
      // A wish for one job and one for all of them both bring its line.
      const lines = [...new Map(found.map((line) => [wishName(line), line])).values()];
      for (const { wish, done } of some) done(lines.filter((line) => answers(line, wish)));
    } catch (error) {
      for (const { failed } of some) failed(error);
    }
  }
}

const wishName = ({ run, name, job, skip }: Wish): string =>
  JSON.stringify([run, name, job ?? "", skip ?? 0]);

const answers = (line: SeriesLine, wish: Wish): boolean =>
  line.run === wish.run &&
  line.name === wish.name &&
  (!wish.job || wish.job === line.job) &&
  line.skip === (wish.skip ?? 0);

export const points = new PointsBatch((wishes, { width, first, last, axis }) =>
  ask(
    api.POST("/api/v1/points", {
      body: {
        series: wishes.map(({ run, name, job, skip }) => ({
          run,
          name,
          job: job ?? null,
          skip: skip ?? null,
        })),
        width,
        first: first ?? null,
        last: last ?? null,
        axis: axis ?? "step",
      },
    }),
  ),
);
