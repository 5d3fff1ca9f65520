import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { applied, type Change } from "@/graph/change";
import { pasted, readFragment } from "@/graph/clipboard";
import { copied } from "@/graph/copying";
import { duplicate, remove, toggle } from "@/graph/editing";
import { GRAPH, OPERATIONS } from "@/graph/example";
import { enter, liveGraph, write } from "./graph";

function documentOf(changes: readonly Change[]): Y.Doc {
  const doc = new Y.Doc();
  doc.transact(() => enter(doc, changes));
  return doc;
}

const WHOLE: Change[] = [
  ...[...GRAPH.nodes.values()].map((node): Change => ({ do: "add", node })),
  ...[...GRAPH.notes.values()].map((note): Change => ({ do: "add note", note })),
];

describe("a graph in a live document", () => {
  test("is read as it was written", () => {
    expect(liveGraph({ doc: documentOf(WHOLE) } as never).snapshot()).toEqual(GRAPH);
  });

  test.each<[string, Change[]]>([
    ["removed", remove(GRAPH, OPERATIONS, ["n-train"], true)],
    ["duplicated", duplicate(GRAPH, ["n-split", "n-train"], [40, 40]).changes],
    ["muted", toggle(GRAPH, ["n-train"], "mute")],
    ["pasted", pasted(GRAPH, readFragment(copied(GRAPH, new Set(["n-train", "note-1"])))!, [5, 5]).changes],
    [
      "set and taken away",
      [
        { do: "attribute", node: "n-train", name: "epochs", value: undefined },
        { do: "attribute", node: "n-train", name: "rates", value: [1, { a: null }] },
        { do: "reference", node: "n-train", name: "model", value: "architectures/convnet" },
        { do: "set", node: "n-train", fields: { cache: false, at: [1, 2], name: "fit" } },
        { do: "set note", note: "note-1", fields: { text: "", size: [9, 9] } },
        { do: "disconnect", node: "n-evaluate", input: "model" },
        { do: "connect", node: "n-evaluate", input: "dataset", source: { text: "gone.data" } },
        { do: "remove note", note: "nobody" },
        { do: "attribute", node: "nobody", name: "x", value: 1 },
      ],
    ],
  ])("changes as the changes say when something is %s", (_, changes) => {
    const doc = documentOf(WHOLE);
    const live = liveGraph({ doc } as never);
    const end = live.subscribe(() => {});
    doc.transact(() => enter(doc, changes));
    expect(live.snapshot()).toEqual(applied(GRAPH, changes));
    end();
    expect(live.snapshot()).toEqual(applied(GRAPH, changes));
  });

  test("is not written where only reading is allowed", () => {
    const doc = documentOf(WHOLE);
    write({ doc, writable: false } as never, "mute train", toggle(GRAPH, ["n-train"], "mute"));
    expect(liveGraph({ doc }).snapshot()).toEqual(GRAPH);
  });

  test("keeps every node that did not change the same object", () => {
    const doc = documentOf(WHOLE);
    const live = liveGraph({ doc } as never);
    const end = live.subscribe(() => {});
    const before = live.snapshot();
    doc.transact(() => enter(doc, [{ do: "attribute", node: "n-train", name: "epochs", value: 7 }]));
    const after = live.snapshot();
    const changed = [...after.nodes].filter(([id, node]) => before.nodes.get(id) !== node).map(([id]) => id);
    expect(changed).toEqual(["n-train"]);
    end();
  });

  test("tells followers once for one transaction of a peer", () => {
    const [doc, peer] = [documentOf(WHOLE), new Y.Doc()];
    Y.applyUpdate(peer, Y.encodeStateAsUpdate(doc));
    let told = 0;
    const end = liveGraph({ doc } as never).subscribe(() => told++);
    peer.transact(() => enter(peer, toggle(GRAPH, GRAPH.nodes.keys(), "bypass")));
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(peer));
    expect(told).toBe(1);
    end();
  });
});
