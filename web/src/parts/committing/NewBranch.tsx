/** A branch at the commit that is checked out, to go on with what changed. */
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { wordsOf } from "@/api/client";
import { makeBranch } from "@/parts/history/queries";
import css from "./committing.module.css";
import { useFocus } from "./focus";

export function NewBranch({ project, head }: { project: string; head: string }) {
  const field = useFocus<HTMLInputElement>();
  const [name, setName] = useState("");
  const [error, setError] = useState<string | null>(null);
  const make = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await makeBranch(project, head, name.trim(), true);
    } catch (problem) {
      setError(wordsOf(problem));
    }
  };
  return (
    <form onSubmit={make} className={css.form}>
      <TextInput
        ref={field}
        label="Name of the branch"
        placeholder="try/wider-network"
        value={name}
        error={error}
        data-autofocus
        onChange={(event) => {
          setName(event.currentTarget.value);
          setError(null);
        }}
      />
      <Button type="submit" variant="filled" disabled={name.trim() === ""}>
        Make branch
      </Button>
    </form>
  );
}
