/** The toasts, at the foot of the page. */
import { Button, CloseButton } from "@mantine/core";
import { useEffect } from "react";
import { useLocation } from "react-router";
import { dismiss, failed, hold, leavePage, release, type Toast, useToasts } from "@/state/toasts";
import css from "./shell.module.css";

export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page is left once
  useEffect(() => leavePage, [pathname]);
  return (
    <div className={css.toasts} aria-live="polite">
      {toasts.map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function OneToast({ toast }: { toast: Toast }) {
  const undo = async () => {
    dismiss(toast.id);
    try {
      await toast.undo?.();
    } catch (error) {
      failed(error, "That could not be undone");
    }
  };
  const letGo = () => toast.kind !== "failed" && release(toast.id);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only stays while somebody is at it
    <div
      className={css.toast}
      role={toast.kind === "failed" ? "alert" : "status"}
      onPointerEnter={() => hold(toast.id)}
      onPointerLeave={letGo}
      onFocus={() => hold(toast.id)}
      onBlur={letGo}
    >
      <p>
        {toast.message}
        {toast.hint && <small>{toast.hint}</small>}
      </p>
      {toast.more && (
        <Button
          variant="subtle"
          onClick={() => {
            dismiss(toast.id);
            toast.more?.perform();
          }}
        >
          {toast.more.label}
        </Button>
      )}
      {toast.undo && (
        <Button variant="subtle" onClick={undo}>
          Undo
        </Button>
      )}
      <CloseButton size="sm" aria-label="Dismiss" onClick={() => dismiss(toast.id)} />
    </div>
  );
}
