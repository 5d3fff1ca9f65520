/** What is around the views: inside a project the rail at the left and the project's name in the header. */
import {
  IconBox,
  IconCode,
  IconFileZip,
  IconGitCommit,
  IconHistory,
  IconPlayerPlay,
  IconSitemap,
} from "@tabler/icons-react";
import { Suspense } from "react";
import { Link, NavLink, Outlet, useNavigate, useParams } from "react-router";
import { useProject } from "@/api/queries";
import { Committing } from "@/parts/committing/Committing";
import { openCommit } from "@/parts/committing/opened";
import { exportProject } from "@/parts/exporting";
import { FirstCrumb } from "@/parts/header";
import { useActions } from "@/state/actions";
import { Failed, Loading } from "@/ui/Empty";
import { HomeButton } from "./Broken";
import { ProjectBranch } from "./ProjectBranch";
import css from "./shell.module.css";

const PLACES = [
  ["pipelines", "Pipelines", IconSitemap],
  ["code", "Code", IconCode],
  ["runs", "Runs", IconPlayerPlay],
  ["artifacts", "Artifacts", IconBox],
  ["history", "History", IconHistory],
] as const;

/** Outside projects: only what is in the view. */
export function HomeShell() {
  return (
    <main className={css.main} id="main">
      <Outlet />
    </main>
  );
}

export function ProjectShell() {
  const { project = "" } = useParams();
  const { data, error } = useProject(project);
  const navigate = useNavigate();
  useActions(
    () => [
      ...PLACES.map(([path, label, icon], place) => ({
        id: `go.${path}`,
        label,
        group: "Go to",
        icon,
        keys: [`Alt+${place + 1}`],
        perform: () => navigate(`/projects/${project}/${path}`),
      })),
      {
        id: "project.commit",
        label: "Commit…",
        group: "Projects",
        icon: IconGitCommit,
        words: "git changes save version repository keep",
        perform: () => openCommit(project),
      },
      {
        id: "project.export",
        label: "Export the project as a zip file",
        group: "Projects",
        icon: IconFileZip,
        words: "download archive save",
        perform: () => exportProject(project),
      },
    ],
    [project, navigate],
  );
  if (error && !data) {
    return (
      <main className={css.main} id="main">
        <Failed what="This project cannot be opened" error={error} action={<HomeButton />} />
      </main>
    );
  }
  return (
    <>
      <FirstCrumb>
        <Link to={`/projects/${project}/pipelines`} className={css.project}>
          {data?.name ?? "…"}
        </Link>
        <ProjectBranch project={project} />
      </FirstCrumb>
      <Committing project={project} />
      <nav className={css.rail} aria-label="Project">
        {PLACES.map(([path, label, Icon]) => (
          <NavLink key={path} to={`/projects/${project}/${path}`}>
            <Icon size={20} stroke={1.6} aria-hidden />
            {label}
          </NavLink>
        ))}
      </nav>
      <main className={css.main} id="main">
        <Suspense fallback={<Loading what="the view" />}>
          <Outlet />
        </Suspense>
      </main>
    </>
  );
}
