/** Who commits: a line when git knows, else two fields. */
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import type { useAuthor } from "./author";
import css from "./committing.module.css";

interface AuthorFieldsProps extends Omit<ReturnType<typeof useAuthor>, "remember"> {
  /** Whether they are what one writes in first. */
  first?: boolean;
}

export function AuthorFields({ author, isKnown, change, first }: AuthorFieldsProps) {
  const [changing, setChanging] = useState(false);
  if (isKnown && !changing)
    return (
      <p className={css.author}>
        <span>
          By {author.name} <span className={css.address}>&lt;{author.email}&gt;</span>
        </span>
        <Button variant="subtle" size="compact-xs" onClick={() => setChanging(true)}>
          Change
        </Button>
      </p>
    );
  return (
    <div className={css.fields}>
      <TextInput
        label="Author's name"
        autoComplete="name"
        data-autofocus={first || undefined}
        value={author.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <TextInput
        label="E-mail"
        type="email"
        autoComplete="email"
        description={isKnown ? undefined : "Stands in the commit, for everybody who gets it."}
        classNames={{ description: css.described }}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={author.email}
        onChange={(event) => change({ email: event.currentTarget.value })}
      />
    </div>
  );
}
