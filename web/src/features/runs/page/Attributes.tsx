/** The attributes of a run: the value that each really had, given or by default. */
import { Fragment } from "react";
import { type RunDocument, useDocument } from "@/state/run";
import { Failed, Loading } from "@/ui/Empty";
import css from "./page.module.css";

interface Value {
  name: string;
  text: string;
  isDefault: boolean;
}

export function Attributes({ run }: { run: string }) {
  const { data, error, refetch } = useDocument(run);
  if (error && !data) return <Failed what="The attributes cannot be shown" error={error} again={refetch} />;
  if (!data) return <Loading what="the attributes" />;
  return (
    <table className={css.attributes}>
      <thead>
        <tr>
          <th scope="col">Node</th>
          <th scope="col">Operation</th>
          <th scope="col">Attribute</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {data.nodes.map((node) => {
          const values = valuesOf(data, node);
          return (
            <Fragment key={node.name}>
              {values.length === 0 && (
                <tr>
                  <td>{node.name}</td>
                  <td>{node.operation}</td>
                  <td className={css.aside} colSpan={2}>
                    none
                  </td>
                </tr>
              )}
              {values.map(({ name, text, isDefault }, place) => (
                <tr key={name}>
                  <td>{place === 0 && node.name}</td>
                  <td>{place === 0 && node.operation}</td>
                  <td>{name}</td>
                  <td>
                    <code>{text}</code>
                    {isDefault && <small> default</small>}
                  </td>
                </tr>
              ))}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

/** What a node was given, and behind it what its operation said for the rest. */
function valuesOf(document: RunDocument, node: RunDocument["nodes"][number]): Value[] {
  const written = (values: object | undefined, isDefault: boolean): Value[] =>
    Object.entries(values ?? {}).map(([name, value]) => ({ name, text: JSON.stringify(value), isDefault }));
  const code = (document.computed as Record<string, Record<string, string> | undefined>)[node.name] ?? {};
  return [
    ...written(node.attributes, false),
    ...Object.entries(node.references ?? {}).map(([name, text]) => ({ name, text, isDefault: false })),
    ...written((document.defaults as Record<string, object>)[node.name], true),
    ...Object.entries(code).map(([name, text]) => ({ name, text, isDefault: true })),
  ];
}
