import { counted } from "../core/counted";
import { folderOf, foldersOf } from "../formats/paths";
import type { Problem } from "./types";

/**
 * Lists that each lie with a part of the labels and disagree, such as batch1/classes.txt and batch2/classes.txt: what is
 * to be said of each, by its value. One list is read for all labels.
 */
export function listsOfParts(
  candidates: readonly { readonly value: string }[],
  labels: readonly string[],
): ReadonlyMap<string, string> {
  const under = (folder: string) => labels.filter((label) => label.startsWith(`${folder}/`)).length;
  const partial = candidates.flatMap(({ value }) => {
    const folder = folderOf(value);
    const count = folder === "" ? 0 : under(folder);
    return count > 0 && count < labels.length ? [{ value, folder, count }] : [];
  });
  const isApart = (a: string, b: string) => !`${a}/`.startsWith(`${b}/`) && !`${b}/`.startsWith(`${a}/`);
  const rivals = partial.filter(({ folder }) => partial.some((other) => isApart(folder, other.folder)));
  return new Map(
    rivals.map(({ value, folder, count }) => [
      value,
      ` It lies in ${folder}, as ${count} of the ${counted(labels.length, "label")} ${count === 1 ? "does" : "do"}; the lists of the other folders disagree.`,
    ]),
  );
}

/** Says of the lists that were not chosen that labels lie with them. */
export function otherLists(chosen: string, all: readonly string[]): Problem {
  const others = all.filter((value) => value !== chosen);
  const folders = others.map(folderOf).join(", ");
  return {
    path: others[0],
    reason: `The labels in ${folders} are read by ${chosen}, but a list of their own (${others.join(", ")}) disagrees.`,
    remedy: "Open each of these folders by itself, so that its own list names its labels.",
    severity: "warning",
  };
}

/** Whether a list lies with what a training wrote, and the labels do not. */
export function isOfRun(path: string, labels: readonly string[]): boolean {
  const at = foldersOf(path).findIndex((name) =>
    /^(runs|checkpoints?([-_]\d+)?|ckpts?|wandb|mlruns|lightning_logs)$/i.test(name),
  );
  const folder = path
    .split("/")
    .slice(0, at + 1)
    .join("/");
  return at >= 0 && !labels.some((label) => label.startsWith(`${folder}/`));
}
