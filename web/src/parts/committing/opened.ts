/** Whether the dialog is open, and for which project; a message that was begun stays until it is committed. */
import { create } from "zustand";

interface Opened {
  project: string | null;
  /** By project. */
  messages: Record<string, string>;
}

export const useOpened = create<Opened>(() => ({ project: null, messages: {} }));

export const openCommit = (project: string): void => useOpened.setState({ project });
export const closeCommit = (): void => useOpened.setState({ project: null });

export const keepMessage = (project: string, message: string): void =>
  useOpened.setState(({ messages }) => ({ messages: { ...messages, [project]: message } }));
