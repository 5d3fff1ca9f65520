/** The frame of every page: header, what is in it, palette, shortcut sheet, toasts. */
import { ActionIcon } from "@mantine/core";
import { IconDeviceDesktop, IconHelp, IconMoon, IconSearch, IconSun } from "@tabler/icons-react";
import { Suspense, useCallback, useEffect, useState } from "react";
import { Link, Outlet, useNavigate } from "react-router";
import { ActionMark } from "@/parts/ActionButton";
import { slotRef } from "@/parts/header";
import { MenuButton } from "@/parts/MenuButton";
import { TypedAhead } from "@/parts/typedAhead";
import { type Action, dispatch, keysOf, shownKeys, useActions, useBindings } from "@/state/actions";
import { lazily, useOnceWanted } from "@/state/lazily";
import { type Theme, useTheme } from "@/state/session";
import { Keys } from "@/ui/Keys";
import { ConnectionBanner } from "./ConnectionBanner";
import "./pointer";
import { Rescues } from "./Rescues";
import css from "./shell.module.css";
import { Toasts } from "./Toasts";

const THEMES = [
  ["light", "Light", IconSun],
  ["dark", "Dark", IconMoon],
  ["system", "System", IconDeviceDesktop],
] as const;

const Palette = lazily(() => import("./Palette"));
const Shortcuts = lazily(() => import("./Shortcuts"));

type Open = "palette" | "shortcuts" | null;

export function Shell() {
  const [open, setOpen] = useState<Open>(null);
  const close = useCallback(() => setOpen(null), []);
  const searched = useOnceWanted(open === "palette");
  const navigate = useNavigate();
  const choose = useTheme((themed) => themed.choose);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => void dispatch(event);
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  const [search, help] = useActions(
    (): Action[] => [
      {
        id: "app.palette",
        label: "Search or run a command",
        group: "Everywhere",
        keys: ["Mod+K"],
        inFields: true,
        icon: IconSearch,
        perform: () => setOpen("palette"),
      },
      {
        id: "app.shortcuts",
        label: "Keyboard shortcuts",
        group: "Everywhere",
        keys: ["?"],
        icon: IconHelp,
        perform: () => setOpen("shortcuts"),
      },
      { id: "app.projects", label: "All projects", group: "Go to", perform: () => navigate("/") },
      ...THEMES.map(([theme, label, icon]) => ({
        id: `app.theme.${theme}`,
        label: `Theme: ${label.toLowerCase()}`,
        group: "Everywhere",
        icon,
        perform: () => choose(theme as Theme),
      })),
    ],
    [navigate, choose],
  );
  return (
    <div className={css.app}>
      <a className={css.skip} href="#main">
        Skip to the content
      </a>
      <header className={css.top}>
        <Link to="/" className={css.brand}>
          <img src="/static/spark.svg" alt="" width={18} height={18} />
          <span>DeepForge</span>
        </Link>
        <nav className={css.where} aria-label="Where you are" ref={slotRef("where")} />
        <div className={css.mark} ref={slotRef("mark")} />
        <span className={css.grow} />
        <button type="button" className={css.search} onClick={() => setOpen("palette")}>
          <IconSearch size={14} aria-hidden />
          <span>Search or run a command</span>
          {search && <FirstKeys action={search} />}
        </button>
        <div className={css.who} ref={slotRef("who")} />
        <div className={css.actions} ref={slotRef("actions")} />
        <div className={css.tools}>
          <ThemeMenu />
          {help && <ActionMark action={help} />}
        </div>
      </header>
      <ConnectionBanner />
      <div className={css.body}>
        <Suspense>
          <Outlet />
        </Suspense>
      </div>
      <Suspense fallback={open === "palette" && <TypedAhead cancel={close} />}>
        {searched && <Palette opened={open === "palette"} close={close} />}
      </Suspense>
      <Suspense>{open === "shortcuts" && <Shortcuts close={close} />}</Suspense>
      <Rescues />
      <Toasts />
    </div>
  );
}

function FirstKeys({ action }: { action: Action }) {
  const [keys] = keysOf(
    action,
    useBindings((bindings) => bindings.own),
  );
  return keys && <Keys keys={shownKeys(keys)} />;
}

function ThemeMenu() {
  const { theme, choose } = useTheme();
  const Shown = THEMES.find(([name]) => name === theme)![2];
  const choices = THEMES.map(([id, label, icon]) => ({
    id,
    label,
    group: "Everywhere",
    icon,
    perform: () => choose(id),
  }));
  return (
    <MenuButton actions={choices} current={theme}>
      {(button) => (
        <ActionIcon variant="subtle" color="gray" aria-label="Theme" {...button}>
          <Shown size={17} stroke={1.7} />
        </ActionIcon>
      )}
    </MenuButton>
  );
}
