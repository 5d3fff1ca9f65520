/** What is shown when there is nothing to show. */
import { Button } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { Empty, Failed } from "@/ui/Empty";

export function HomeButton() {
  return (
    <Button component={Link} to="/">
      All projects
    </Button>
  );
}

export function NotFound() {
  return (
    <Empty title="Nothing here" action={<HomeButton />}>
      There is no such page. What it showed may have been renamed or removed.
    </Empty>
  );
}

/** Shows what went wrong in a view in its place, until one goes elsewhere. */
export function Boundary({ children }: { children: ReactNode }) {
  const { pathname, search } = useLocation();
  return <Catching place={pathname + search}>{children}</Catching>;
}

interface CatchingProps {
  place: string;
  children: ReactNode;
}

interface Caught {
  place: string;
  error: { thrown: unknown } | null;
}

class Catching extends Component<CatchingProps, Caught> {
  override state: Caught = { place: this.props.place, error: null };

  static getDerivedStateFromError(thrown: unknown): Partial<Caught> {
    return { error: { thrown } };
  }

  static getDerivedStateFromProps({ place }: CatchingProps, before: Caught): Caught | null {
    return place === before.place ? null : { place, error: null };
  }

  override render() {
    return this.state.error ? <Broken error={this.state.error.thrown} /> : this.props.children;
  }
}

function Broken({ error }: { error: unknown }) {
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Failed
      what="This view stopped working"
      error={{
        message,
        hint: "What you made is kept. Load the page again; if it stays, please report the words above.",
      }}
      action={<Button onClick={() => location.reload()}>Load again</Button>}
    />
  );
}
