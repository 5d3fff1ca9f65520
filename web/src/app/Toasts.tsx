/** The toasts, at the foot of the page. */
import { Button, CloseButton } from "@mantine/core";
import { dismiss, failed, type Toast, useToasts } from "@/state/toasts";
import css from "./shell.module.css";

export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
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
  return (
    <div className={css.toast} role={toast.kind === "failed" ? "alert" : "status"}>
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
