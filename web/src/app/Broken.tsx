/** What is shown when there is nothing to show. */
import { Button } from "@mantine/core";
import { Link, useRouteError } from "react-router";
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

export function Broken() {
  const error = useRouteError();
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
