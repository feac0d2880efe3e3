import type { DecidedAct } from "../project/decidedActs";
import type { DecisionLog, TakenBack } from "./decisionLog";
import type { QueueImages } from "./queueImages";
import { announce, type SessionStore, showInfo } from "./session";
import { imageCount } from "./summary";
import type { Work } from "./work";

interface Facts {
  readonly session: SessionStore;
  readonly images: Pick<QueueImages, "nameOf">;
  readonly work: Pick<Work, "current">;
}

type Progress = (done: number) => void;

/** What runs over many images, and how far it is. */
export interface Running {
  readonly text: string;
  readonly done: number;
  readonly total: number;
}

/** Keeps what was done before going on: thousands of documents must not wait in memory for it. False when that fails. */
async function keep({ session, work }: Facts): Promise<boolean> {
  await work.current()?.flush();
  return session.getState().saved !== "failed";
}

/** Why labels of many images may not be changed now, as a sentence; null where they may. What is written meanwhile would hold some of it. */
export function whyNotMany(session: SessionStore): string | null {
  const { changingMany, canStopMany, exporting } = session.getState();
  if (changingMany)
    return `Labels of many images are being changed: wait for that${canStopMany ? ", or stop it" : ""}.`;
  return exporting === null ? null : "Labels are being exported: wait for that, or cancel it.";
}

/**
 * Does something to many images, one after the other, each kept before the next, until the signal aborts, nothing can be kept
 * or another data set is opened.
 * @returns what went wrong, as sentences.
 */
export async function inEachImage(
  facts: Facts,
  keys: readonly string[],
  signal: AbortSignal,
  act: (key: string) => Promise<void>,
  onProgress: Progress,
): Promise<readonly string[]> {
  const { session, images } = facts;
  const { dataset } = session.getState();
  const why = whyNotMany(session);
  if (why !== null) return [why];
  const failed: string[] = [];
  let stopped = "";
  onProgress(0);
  session.setState({ changingMany: true, canStopMany: true });
  try {
    for (const [at, key] of keys.entries()) {
      if (signal.aborted) stopped = "Stopped by you";
      else if (session.getState().dataset?.id !== dataset?.id) stopped = "Stopped: another data set was opened";
      else if (session.getState().readOnly !== null) stopped = "Stopped: another tab took the data set over";
      else if (at > 0 && !(await keep(facts))) stopped = `Stopped: ${session.getState().savedDetail}`;
      if (stopped !== "") break;
      try {
        await act(key);
      } catch (error) {
        failed.push(`${images.nameOf(key)}: ${error instanceof Error ? error.message : error}`);
      }
      onProgress(at + 1);
    }
    await keep(facts);
  } finally {
    session.setState({ changingMany: false, canStopMany: false });
  }
  return [...(stopped === "" ? [] : [`${stopped}.`]), ...failed];
}

/** Says what was done, with a button that takes it back; spoken, the title and the details are one. */
export function tellOfAct(session: SessionStore, title: string, details: string, undo: () => void): void {
  const action = { label: "Undo all", run: undo };
  session.setState({ message: { kind: "info", title, text: details, action } });
  announce(session, `${title} ${details}`);
}

/**
 * Takes an act back in all its images and says where that could not be; returns how many decisions are open again, null where
 * nothing was begun, which is said too.
 */
export async function takeActBack(
  facts: Facts,
  log: DecisionLog,
  act: DecidedAct,
  { isRunning, show }: { readonly isRunning: boolean; readonly show: (running: Running | null) => void },
): Promise<number | null> {
  const { session } = facts;
  if (log.isUndone(act)) {
    showInfo(session, "Undone already", `${act.text} was taken back before.`);
    return null;
  }
  const why = isRunning ? "Something else is running." : whyNotMany(session);
  if (why !== null) {
    announce(session, why);
    return null;
  }
  const total = act.parts.length;
  const onProgress = (done: number): void => show({ text: `Undoing in ${imageCount(total)}`, done, total });
  onProgress(0);
  session.setState({ changingMany: true });
  try {
    const taken = await log.undo(act, onProgress);
    await keep(facts);
    const title = taken.images > 0 ? "Undone" : "Not undone";
    const back = taken.images > 0 ? `taken back in ${imageCount(taken.images)}.` : "nothing of it was taken back.";
    showInfo(session, title, `${act.text}: ${back}${standsText(taken)}`);
    return taken.findings;
  } finally {
    session.setState({ changingMany: false });
    show(null);
  }
}

/** Where an act stands, and why, in the user's words; "" where nowhere. */
function standsText({ touched, gone, failed }: TakenBack): string {
  return [
    touched.length > 0 ? ` It stands in ${listed(touched)}: edited there since.` : "",
    gone.length > 0 ? ` Not in ${listed(gone)}: taken back there already, or too long ago.` : "",
    failed.length > 0 ? ` Not opened: ${listed(failed)}.` : "",
  ].join("");
}

/** A message names so many images at most. */
const mostNamed = 3;

function listed(names: readonly string[]): string {
  const others = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : "";
  return `${names.slice(0, mostNamed).join(", ")}${others}`;
}
