import type { NotExported } from "../export/changes";
import type { SavingOutcome } from "./saving";
import type { ZipFile } from "./zipFile";

/** What saving in place came to, in words. @param folder its name. */
export function savedText(
  folder: string,
  { saved, declined, left, failures, stale }: SavingOutcome,
): { readonly title: string; readonly text: string } {
  if (saved + declined + left + failures.length === 0) {
    return { title: "Nothing to save", text: "The folder holds every label as it is here." };
  }
  const more = failures.length > 1 ? `${(failures.length - 1).toLocaleString("en")} more failed.` : "";
  const done = saved === 0 ? "no label saved" : `${labelCount(saved)} saved into ${folder}`;
  const rest = [
    left > 0 ? `Up to ${labelCount(left)} ${left === 1 ? "is" : "are"} unsaved. Save again to go on with them.` : "",
    saved > stale.length ? "The files as they were lie in .maskmend-backup." : "",
    declined > 0 ? `${labelCount(declined)} left unsaved, as you chose.` : "",
    becamePng(stale),
  ];
  if (failures.length > 0) {
    const title = `${labelCount(failures.length)} ${failures.length === 1 ? "was" : "were"} not saved`;
    const stopped = left > 0 ? "Then saving was stopped." : "";
    return { title, text: sentences([failures[0], more, `${asSentence(done)}.`, stopped, ...rest]) };
  }
  const title = saved === 0 ? "No label saved" : `Saved ${labelCount(saved)} into ${folder}`;
  return { title: left > 0 ? `Stopped: ${done}` : title, text: sentences(rest) };
}

/** "4 labels", or "4 of 6 labels" where some failed. */
export function countOf(written: number, failures: readonly NotExported[]): string {
  const all = labelCount(written + failures.length);
  return failures.length === 0 ? all : `${written.toLocaleString("en")} of ${all}`;
}

/** @param what became of them, "Left out". @param file the one that lists them all. */
export function failuresText(what: string, failures: readonly NotExported[], file: string): string {
  if (failures.length === 0) return "";
  const more = failures.length - 1;
  const listed = more === 0 ? "It is" : `It and ${more.toLocaleString("en")} more are`;
  return `${what}: ${failures[0].reason} ${listed} listed in ${file}.`;
}

/** Where the user finds it; of a download the browser says it itself. */
export function writtenInto({ chosen }: ZipFile): string {
  return chosen === null ? "" : `Written into ${chosen}.`;
}

/** What became of labels whose formats cannot hold them without loss. */
export function becamePng(stale: readonly string[]): string {
  const more = stale.length - 1;
  if (more < 0) return "";
  return more === 0
    ? `${stale[0]} cannot hold the label exactly, so it was written as PNG. The old file stays and is out of date.`
    : `${stale[0]} and ${more.toLocaleString("en")} more cannot hold their labels exactly, so these were written as PNG. The old files stay and are out of date.`;
}

export function andMore(list: readonly unknown[]): string {
  return list.length > 1 ? ` (And ${(list.length - 1).toLocaleString("en")} more.)` : "";
}

export function sentences(list: readonly string[]): string {
  return list.filter((one) => one !== "").join(" ");
}

function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function labelCount(count: number): string {
  return count === 1 ? "1 label" : `${count.toLocaleString("en")} labels`;
}
