/** The lines of all files in which a text stands. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, ask } from "@/api/client";
import { addressOf } from "../files";
import css from "./tree.module.css";

export function TextHits({ project, text }: { project: string; text: string }) {
  const { data, error } = useQuery({
    queryKey: ["files", project, "search", text],
    queryFn: () =>
      ask(
        api.GET("/api/v1/projects/{project}/files/search", {
          params: { path: { project }, query: { text } },
        }),
      ),
  });
  if (error) return <p className={css.quiet}>{error.message}</p>;
  if (!data) return null;
  return (
    <section aria-label="In the text">
      <h3>In the text</h3>
      {data.matches.length === 0 && <p className={css.quiet}>No file says that.</p>}
      <ul>
        {data.matches.map((match) => (
          <li key={`${match.path} ${match.line}`} className={css.hit}>
            <Link to={addressOf(project, match.path, match.line)}>
              <span>
                {match.path}:{match.line}
              </span>
              <code>{match.text}</code>
            </Link>
          </li>
        ))}
      </ul>
      {data.more && <p className={css.quiet}>There are more; write more of it.</p>}
    </section>
  );
}
