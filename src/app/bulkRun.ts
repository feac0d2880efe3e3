import type { DecidedAct } from "../project/decidedActs";
import type { DecisionLog, TakenBack } from "./decisionLog";
import { whyUnseen } from "./photographs";
import type { QueueImages } from "./queueImages";
import { sentenceOf } from "./reasonOf";
import type { SessionStore } from "./session";
import { imageCount } from "./summary";
import { announce, showInfo } from "./tell";
import type { Work } from "./work";

interface Facts {
  readonly session: SessionStore;
  readonly images: Pick<QueueImages, "nameOf">;
  readonly work: Pick<Work, "current">;
}

/** Keeps what was done before going on: thousands of documents must not wait in memory for it. False when that fails. */
async function keep({ session, work }: Facts): Promise<boolean> {
  await work.current()?.flush();
  return session.getState().saved !== "failed";
}

/** Why labels of many images may not be changed now, as a sentence; null where they may. What is written meanwhile would hold some of it. */
export function whyNotMany(session: SessionStore): string | null {
  const { changingMany, exporting, exchange, conflicts } = session.getState();
  const unseen = whyUnseen(session.getState());
  if (unseen !== null) return unseen;
  if (changingMany !== null) return "Labels of many images are being changed: wait for that, or stop it.";
  if (exchange !== null || conflicts !== null) return "A file is being imported: wait for that, or cancel it.";
  return exporting === null ? null : "Labels are being exported: wait for that, or cancel it.";
}

/** What became of a change to many images, beside what was changed. */
interface Outcome {
  /** What went wrong in single images, as sentences. */
  readonly failed: readonly string[];
  /** Why it ended before all were done, as a sentence; "" where it did not. */
  readonly stopped: string;
}

/**
 * Does something to many images, one after the other, each kept before the next, until the user stops it or leaves the review
 * that it was begun in, nothing can be kept or another data set is opened. `session.changingMany` says how far it is.
 * @param text what is done, for example "Accepting".
 */
export async function inEachImage(
  facts: Facts,
  text: string,
  keys: readonly string[],
  act: (key: string) => Promise<void>,
): Promise<Outcome> {
  const { session, images } = facts;
  const { dataset, view } = session.getState();
  const why = whyNotMany(session);
  if (why !== null) return { failed: [], stopped: why };
  const stop = new AbortController();
  const failed: string[] = [];
  let stopped = "";
  const show = (done: number): void =>
    session.setState({ changingMany: { text, done, total: keys.length, stop: () => stop.abort() } });
  show(0);
  try {
    for (const [at, key] of keys.entries()) {
      const isLeft = view === "queue" && session.getState().view !== "queue";
      if (stop.signal.aborted || isLeft) stopped = "Stopped by you.";
      else if (session.getState().dataset?.id !== dataset?.id) stopped = "Stopped: another data set was opened.";
      else if (session.getState().readOnly !== null) stopped = "Stopped: another tab took the data set over.";
      else if (at > 0 && !(await keep(facts))) stopped = `Stopped: ${session.getState().savedDetail}`;
      if (stopped !== "") break;
      try {
        await act(key);
      } catch (error) {
        failed.push(`${images.nameOf(key)}: ${sentenceOf(error)}`);
      }
      show(at + 1);
    }
    await keep(facts);
  } finally {
    session.setState({ changingMany: null });
  }
  return { failed, stopped };
}

/** A message names so many images at most. */
const mostNamed = 3;

/** What went wrong, as sentences for a message. */
export function troublesOf({ failed, stopped }: Outcome): readonly string[] {
  const more = failed.length - mostNamed;
  return [stopped, ...failed.slice(0, mostNamed), more > 0 ? `And ${more} more.` : ""].filter((one) => one !== "");
}

/**
 * Says what was done, with a button that takes it back; spoken, the title and the details are one.
 * @param holds whether there is still something of it to be taken back.
 */
export function tellOfAct(
  session: SessionStore,
  title: string,
  details: string,
  undo: () => void,
  holds: () => boolean,
): void {
  const action = { label: "Undo all", run: undo };
  session.setState({ message: { kind: "info", title, text: details, action, holds } });
  announce(session, `${title} ${details}`);
}

/** Whether something of an act can still be taken back. */
export function stands(log: Pick<DecisionLog, "left">, act: DecidedAct): () => boolean {
  return () => log.left(act) !== null;
}

/**
 * Takes an act back in all its images and says where that could not be; returns how many decisions are open again, null where
 * nothing was begun, which is said too. What is left of it when that is stopped can be taken back later.
 * @param again does all of it anew.
 */
export async function takeActBack(
  facts: Facts,
  log: DecisionLog,
  given: DecidedAct,
  again: () => void,
): Promise<number | null> {
  const { session } = facts;
  const act = log.left(given);
  if (act === null) {
    showInfo(session, "Undone already", `${given.text} was taken back before.`);
    return null;
  }
  const why = whyNotMany(session);
  if (why !== null) {
    // The button of a message is spent once it was pressed: it is offered anew.
    tellOfAct(session, "Not undone.", `${given.text}. ${why}`, again, stands(log, act));
    return null;
  }
  const taken = await log.undo(act, async (keys, each) => (await inEachImage(facts, "Undoing", keys, each)).stopped);
  const title = taken.images > 0 ? "Undone" : "Not undone";
  const back = taken.images > 0 ? `taken back in ${imageCount(taken.images)}.` : "nothing of it was taken back.";
  const rest = taken.stopped === "" ? "" : ` ${taken.stopped} The rest can be taken back later.`;
  showInfo(session, title, `${act.text}: ${back}${standsText(taken)}${rest}`);
  return taken.findings;
}

/** Where an act stands, and why, in the user's words; "" where nowhere. */
function standsText({ touched, gone, failed }: TakenBack): string {
  return [
    touched.length > 0 ? ` It stands in ${listed(touched)}: edited there since. Undo that first, then try again.` : "",
    gone.length > 0 ? ` Not in ${listed(gone)}: taken back there already, or too long ago.` : "",
    failed.length > 0 ? ` Not opened, so it stands: ${listed(failed)}.` : "",
  ].join("");
}

function listed(names: readonly string[]): string {
  const others = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : "";
  return `${names.slice(0, mostNamed).join(", ")}${others}`;
}
