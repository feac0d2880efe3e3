/** How the user is told and asked things: in words that are shown and spoken. */
import type { Message, Question, SessionStore } from "./session";

/** Speaks `text` to screen readers and shows it in the status line. */
export function announce(session: SessionStore, text: string): void {
  session.setState(({ announcement }) => ({ announcement: { no: announcement.no + 1, text } }));
}

type MoreOfMessage = Pick<Message, "about" | "isOfApp" | "holds">;

/** Shows an error where the user looks, and speaks it. */
export function showError(session: SessionStore, title: string, error: unknown, more: MoreOfMessage = {}): void {
  const text = error instanceof Error ? error.message : String(error);
  session.setState({ message: { kind: "error", title, text, ...more } });
  announce(session, `${title}: ${text}`);
}

export function showInfo(session: SessionStore, title: string, text: string, more: MoreOfMessage = {}): void {
  session.setState({ message: { kind: "info", title, text, ...more } });
  announce(session, `${title}: ${text}`);
}

/** Says what was done, with a button that takes it back. */
export function showUndoable(session: SessionStore, title: string, text: string, undo: () => void): void {
  session.setState({ message: { kind: "info", title, text, action: { label: "Take back", run: undo } } });
  announce(session, `${title}. ${text}`);
}

/** Asks and waits for the answer. */
export async function ask(session: SessionStore, question: Omit<Question, "answer" | "other">): Promise<boolean> {
  return (await askBetween(session, question)) === true;
}

/** Asks which of two ways to go; false: neither. */
export function askBetween(session: SessionStore, question: Omit<Question, "answer">): Promise<boolean | "other"> {
  return new Promise((resolve) => {
    const answer = (given: boolean | "other"): void => {
      session.setState({ question: null });
      resolve(given);
    };
    session.setState({ question: { ...question, answer } });
  });
}
