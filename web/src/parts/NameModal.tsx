/** A dialog that asks for one name. */
import { Modal } from "@mantine/core";
import { NameForm, type NameFormProps } from "./NameForm";

interface NameModalProps extends Omit<NameFormProps, "onCancel"> {
  title: string;
  onClose: () => void;
}

export function NameModal({ title, onClose, ...asked }: NameModalProps) {
  return (
    <Modal opened onClose={onClose} title={title} size="sm">
      <NameForm {...asked} onCancel={onClose} />
    </Modal>
  );
}
