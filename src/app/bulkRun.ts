import type { DecidedAct, DecisionLog } from "./decisionLog";
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

/** A message names so many images at most. */
const MOST_NAMED = 3;

/** Keeps what was done before going on: thousands of documents must not wait in memory for it. False when that fails. */
async function keep({ session, work }: Facts): Promise<boolean> {
  await work.current()?.flush();
  return session.getState().saved !== "failed";
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
  const failed: string[] = [];
  let stopped = "";
  onProgress(0);
  for (const [at, key] of keys.entries()) {
    if (signal.aborted) stopped = "Stopped by you";
    else if (session.getState().dataset?.id !== dataset?.id) stopped = "Stopped: another data set was opened";
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
  return [...(stopped === "" ? [] : [`${stopped}.`]), ...failed];
}

/** Says what was done, with a button that takes it back. */
export function tellOfAct(session: SessionStore, { text }: DecidedAct, details: string, undo: () => void): void {
  const action = { label: "Undo all", run: undo };
  session.setState({ message: { kind: "info", title: text, text: details, action } });
  announce(session, `${text} ${details}`);
}

/** Takes an act back in all its images and says where that could not be; returns how many decisions are open again. */
export async function takeActBack(
  facts: Facts,
  log: DecisionLog,
  act: DecidedAct,
  onProgress: Progress,
): Promise<number> {
  onProgress(0);
  const { images: count, findings, failed } = await log.undo(act, onProgress);
  await keep(facts);
  const others = failed.length > MOST_NAMED ? ` and ${failed.length - MOST_NAMED} more` : "";
  const names = `${failed.slice(0, MOST_NAMED).join(", ")}${others}`;
  const stands = failed.length === 0 ? "" : ` It stands in ${names}: edited there since, or undone already.`;
  showInfo(facts.session, "Undone", `${act.text}: taken back in ${imageCount(count)}.${stands}`);
  return findings;
}
