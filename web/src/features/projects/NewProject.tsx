/** A new project: what it begins as, and its name. */
import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { ApiError, wordsOf } from "@/api/client";
import { Failed, Loading } from "@/ui/Empty";
import { useFocus } from "@/ui/useFocus";
import { GraphPicture } from "./GraphPicture";
import css from "./home.module.css";
import { freeName } from "./names";
import { create, renew, type Template, useTemplates } from "./queries";

interface NewProjectProps {
  opened: boolean;
  close: () => void;
  /** The names that are taken. */
  taken: readonly string[];
}

export function NewProject({ opened, close, taken }: NewProjectProps) {
  return (
    <Modal opened={opened} onClose={close} title="New project" size={860}>
      {opened && <Gallery taken={taken} />}
    </Modal>
  );
}

function Gallery({ taken }: { taken: readonly string[] }) {
  const { data, error, refetch } = useTemplates(true);
  if (error && !data) return <Failed what="The templates did not come" error={error} again={refetch} />;
  if (!data) return <Loading what="the templates" />;
  return <Making templates={data} taken={taken} />;
}

function Making({ templates, taken }: { templates: readonly Template[]; taken: readonly string[] }) {
  const field = useFocus<HTMLInputElement>();
  const [chosen, setChosen] = useState("digits");
  const [own, setOwn] = useState<string | null>(null);
  const name = own ?? freeName(chosen === "empty" ? "my-project" : chosen, taken);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const navigate = useNavigate();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const made = await create(name, chosen);
      void renew();
      navigate(`/projects/${made.id}/pipelines`);
    } catch (failure) {
      setProblem(failure instanceof ApiError ? failure : new ApiError(0, "unknown", String(failure)));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} className={css.making}>
      <fieldset className={css.gallery}>
        <legend>Begin with</legend>
        {templates.map((template) => (
          <TemplateChoice
            key={template.name}
            template={template}
            chosen={chosen === template.name}
            choose={() => setChosen(template.name)}
          />
        ))}
      </fieldset>
      <div className={css.naming}>
        <TextInput
          ref={field}
          label="Name"
          value={name}
          data-autofocus
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => {
            setOwn(event.currentTarget.value);
            setProblem(null);
          }}
          error={problem && wordsOf(problem)}
        />
        <Button type="submit" variant="filled" loading={busy}>
          Create project
        </Button>
      </div>
    </form>
  );
}

interface TemplateChoiceProps {
  template: Template;
  chosen: boolean;
  choose: () => void;
}

function TemplateChoice({ template, chosen, choose }: TemplateChoiceProps) {
  return (
    <label className={`${css.template} ${chosen ? css.chosen : ""}`}>
      <input type="radio" name="template" checked={chosen} onChange={choose} aria-label={template.title} />
      <GraphPicture pipeline={template.pipeline} />
      <strong>{template.title}</strong>
      <span className={css.about}>{template.description}</span>
      <span className={css.shows}>{template.shows.join(" · ")}</span>
      {template.seconds != null && (
        <span className={`${css.seconds} number`}>
          runs in about {Math.max(1, Math.round(template.seconds))} s
        </span>
      )}
    </label>
  );
}
