/** The exact code and attributes of a run, as they were. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { CodeView } from "@/parts/code/CodeView";
import type { Run } from "@/state/run";
import { Failed, Loading } from "@/ui/Empty";
import { Attributes } from "./Attributes";
import css from "./page.module.css";

interface CodeTabProps {
  run: Run;
  path: string | null;
  line: number | null;
  onPath: (path: string | null) => void;
}

const NOW = { same: "", changed: "changed since", gone: "gone since" } as const;

export function CodeTab({ run, path, line, onPath }: CodeTabProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ["run", run.id, "files"],
    queryFn: () => ask(api.GET("/api/v1/runs/{run}/files", { params: { path: { run: run.id } } })),
  });
  if (error && !data) return <Failed what="The files cannot be shown" error={error} again={refetch} />;
  if (!data) return <Loading what="the files" />;
  return (
    <div className={css.split}>
      <nav className={css.side} aria-label="Files as they were">
        <h2>As it was</h2>
        <ul>
          <li>
            <button type="button" aria-current={path === null || undefined} onClick={() => onPath(null)}>
              Attributes
            </button>
          </li>
          {data.map((file) => (
            <li key={file.path}>
              <button
                type="button"
                aria-current={file.path === path || undefined}
                onClick={() => onPath(file.path)}
              >
                {file.path}
                {file.now !== "same" && <small>{NOW[file.now as keyof typeof NOW]}</small>}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <section className={css.content} aria-label={path ?? "Attributes"}>
        {path === null ? <Attributes run={run.id} /> : <File key={path} run={run} path={path} line={line} />}
      </section>
    </div>
  );
}

function File({ run, path, line }: { run: Run; path: string; line: number | null }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["run", run.id, "file", path],
    queryFn: () =>
      ask(api.GET("/api/v1/runs/{run}/file", { params: { path: { run: run.id }, query: { path } } })),
    staleTime: Infinity,
  });
  if (error && !data) return <Failed what={`${path} cannot be shown`} error={error} again={refetch} />;
  if (!data) return <Loading what={path} />;
  return (
    <>
      <p className={css.fileHead}>
        <code>{path}</code>
        <Link
          to={`/projects/${run.project}/code?path=${encodeURIComponent(path)}${line ? `&line=${line}` : ""}`}
        >
          Open as it is today
        </Link>
      </p>
      {data.text === null ? (
        <p className={css.aside}>{data.reason}</p>
      ) : (
        <CodeView text={data.text} line={line} label={path} />
      )}
    </>
  );
}
