import { createStore, type StoreApi } from "zustand/vanilla";
import type { Message, Session, SessionStore } from "./session";

/** A message as it was told. */
export interface ToldMessage {
  /** The same for the same words, or what it is about: told again, it takes the place of the one before. */
  readonly id: string;
  readonly message: Message;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** It is in sight, or was put away: by the user, by time, or by going to another screen. */
  readonly isShown: boolean;
  /** The data set that it is of; null: none, undefined: while it is told, one is being opened. */
  readonly of: string | null | undefined;
}

/** What was told, so that it can be read again once it is out of sight. */
export interface Messages {
  /** The newest last. */
  readonly store: StoreApi<{ readonly told: readonly ToldMessage[] }>;
  putAway(id: string): void;
  /** Takes a message off the list, as when its action was taken. */
  drop(id: string): void;
  clear(): void;
}

/** More are not kept. */
const MOST = 30;
/** What was told so shortly before another screen came belongs to that: opening an image may have things to say about it. */
const FRESH_MS = 3000;

/** Collects the session's messages. Those of a screen go out of sight with it, and stay in the list. */
export function createMessages(session: SessionStore, now: () => number = Date.now): Messages {
  const store = createStore<{ readonly told: readonly ToldMessage[] }>(() => ({ told: [] }));
  const change = (next: (told: readonly ToldMessage[]) => readonly ToldMessage[]): void =>
    store.setState(({ told }) => ({ told: next(told) }));

  function tell(message: Message): void {
    const id = message.about ?? `${message.kind} ${message.title} ${message.text}`;
    const { busy, dataset } = session.getState();
    const of = message.isOfApp ? null : busy === null ? (dataset?.id ?? null) : undefined;
    const one = { id, message, at: now(), isShown: true, of };
    const isOffer = ({ action, isOfApp }: Message): boolean => action !== undefined && isOfApp !== true;
    // The newest offer to take something back is in sight; those before stay in the list.
    const giveWay = (other: ToldMessage): ToldMessage =>
      isOffer(message) && isOffer(other.message) ? { ...other, isShown: false } : other;
    change((told) => [...told.filter((other) => other.id !== id).map(giveWay), one].slice(-MOST));
  }

  function leaveScreen(): void {
    const fresh = now() - FRESH_MS;
    // What can be taken back is one press away on any screen.
    const goes = ({ isShown, at, message }: ToldMessage) => isShown && at < fresh && message.action === undefined;
    change((told) => told.map((one) => (goes(one) ? { ...one, isShown: false } : one)));
  }

  /** What is told while something is being opened is of what is open then. */
  function settleOrigins(): void {
    const of = session.getState().dataset?.id ?? null;
    if (store.getState().told.some((one) => one.of === undefined))
      change((told) => told.map((one) => (one.of === undefined ? { ...one, of } : one)));
  }

  function openDataSet(id: string): void {
    change((told) => told.filter(({ of }) => of === undefined || of === null || of === id));
  }

  session.subscribe((state, before) => {
    if (screenOf(state) !== screenOf(before)) leaveScreen();
    // What an action would take back is of the data set that was open.
    const isOther = state.dataset?.id !== before.dataset?.id || state.readOnly !== before.readOnly;
    if (isOther && before.dataset !== null)
      change((told) => told.filter(({ message }) => message.action === undefined || message.isOfApp === true));
    // On the start screen they can still be read.
    if (state.dataset !== null && state.dataset.id !== before.dataset?.id) openDataSet(state.dataset.id);
    if (state.busy === null && before.busy !== null) settleOrigins();
    if (store.getState().told.some(({ message }) => message.holds?.(state) === false))
      change((told) => told.filter(({ message }) => message.holds?.(state) !== false));
    if (state.message !== null && state.message !== before.message) tell(state.message);
  });

  return {
    store,
    putAway: (id) => change((told) => told.map((one) => (one.id === id ? { ...one, isShown: false } : one))),
    drop: (id) => change((told) => told.filter((one) => one.id !== id)),
    clear: () => change(() => []),
  };
}

function screenOf({ dataset, view, image }: Session): string {
  if (dataset === null) return "start";
  return `${dataset.id} ${view} ${view === "editor" ? (image?.item.key ?? "") : ""}`;
}
