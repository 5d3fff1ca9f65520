/** Whether the dialog is open, and for which project. */
import { create } from "zustand";

export const useOpened = create<{ project: string | null }>(() => ({ project: null }));

export const openCommit = (project: string): void => useOpened.setState({ project });
export const closeCommit = (): void => useOpened.setState({ project: null });
