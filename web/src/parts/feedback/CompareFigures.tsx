/** The figures of several runs, those of one name side by side. */
import type { ReactNode } from "react";
import { Empty, Failed, FailedLine, Loading } from "@/ui/Empty";
import { FigureView } from "./FigureView";
import css from "./figures/figure.module.css";
import type { Figure } from "./figures/media";
import { useFigures } from "./figures/useFigures";

interface CompareFiguresProps {
  runs: readonly string[];
  /** What runs are called. */
  names?: Readonly<Record<string, string>>;
  /** What one can do where there are none. */
  action?: ReactNode;
}

const MOST = 8;

export function CompareFigures({ runs, names = {}, action }: CompareFiguresProps) {
  return (
    <>
      {runs.length > MOST && (
        <p className={css.word}>
          Figures are shown of the first {MOST} of {runs.length} runs.
        </p>
      )}
      <Columns runs={runs.slice(0, MOST)} names={names} known={[]} action={action} />
    </>
  );
}

interface ColumnsProps {
  action: ReactNode;
  runs: readonly string[];
  names: Readonly<Record<string, string>>;
  known: readonly Known[];
}

interface Known {
  run: string;
  figures: readonly Figure[];
  /** Why they are not there. */
  error: Error | null;
  again: () => unknown;
}

/** Asks for one run after another, so that each has a hook of its own. */
function Columns(props: ColumnsProps) {
  const run = props.runs[props.known.length];
  return run === undefined ? <Rows {...props} /> : <Next {...props} run={run} />;
}

function Next({ run, known, ...rest }: ColumnsProps & { run: string }) {
  const asked = useFigures(run);
  if (asked.isPending) return <Loading what="figures" />;
  const one = {
    run,
    figures: asked.data ?? [],
    error: asked.data ? null : asked.error,
    again: asked.refetch,
  };
  return <Columns {...rest} known={[...known, one]} />;
}

function Rows({ names, known, action }: ColumnsProps) {
  const nameOf = (run: string) => names[run] ?? run.slice(-6);
  const keys = [...new Set(known.flatMap(({ figures }) => figures.map(keyOf)))];
  const missing = known.filter(({ error }) => error);
  const again = () => Promise.all(missing.map((one) => one.again()));
  const error = missing[0]?.error;
  if (error && keys.length === 0)
    return <Failed what="The figures cannot be shown" error={error} again={again} />;
  if (keys.length === 0)
    return (
      <Empty title="No figures" action={action}>
        None of these runs shows a figure.
      </Empty>
    );
  return (
    <div>
      {error && (
        <FailedLine
          what={`Figures of ${missing.map(({ run }) => nameOf(run)).join(", ")} are missing`}
          error={error}
          again={again}
        />
      )}
      {keys.map((key) => (
        <section key={key} aria-label={key.split("\n")[1]}>
          <div
            className={css.row}
            style={{ gridTemplateColumns: `repeat(${known.length}, minmax(220px, 1fr))` }}
          >
            {known.map(({ run, figures, error }) => {
              const figure = figures.find((one) => keyOf(one) === key);
              return (
                <div key={run}>
                  <p className={css.word}>{nameOf(run)}</p>
                  {figure ? (
                    <FigureView run={run} figure={figure} />
                  ) : (
                    <p className={css.word}>{error ? "Not shown" : "This run has no such figure."}</p>
                  )}
                </div>
              );
            })}
          </div>
        </section>
      ))}
    </div>
  );
}

const keyOf = (figure: Figure): string => `${figure.job_name}\n${figure.figure}`;
