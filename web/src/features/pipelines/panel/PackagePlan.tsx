/** Says that packages are missing, and offers the plan that brings them. */

import { Button, Modal } from "@mantine/core";
import { IconPackage } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import { lazily } from "@/state/lazily";
import { Loading } from "@/ui/Empty";
import { count } from "@/ui/time";
import { useEditor } from "../canvas/editor";
import css from "./panel.module.css";

const Plan = lazily(() => import("./Plan"));

export function PackagePlan({ missing }: { missing: number }) {
  const [open, setOpen] = useState(false);
  const { document } = useEditor();
  return (
    <p className={css.plan}>
      <IconPackage size={15} aria-hidden />
      {count(missing, "package")} not installed where it would run.
      <Button size="compact-xs" disabled={!document.writable} onClick={() => setOpen(true)}>
        Plan what to install
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title="Install what is missing" size="lg">
        {open && (
          <Suspense fallback={<Loading what="the plan" />}>
            <Plan close={() => setOpen(false)} />
          </Suspense>
        )}
      </Modal>
    </p>
  );
}
