import { describe, expect, it } from "vitest";
import { classOf } from "../core/classTable";
import { memorySource } from "./fixtures/files";
import { type GeneratedFolder, generateFolder } from "./fixtures/grammar";
import { loadLabel } from "./loadLabel";
import { openDataset } from "./openDataset";
import type { Dataset } from "./types";

/** Where the app asks ("open"), nothing is read in silence. */
function asks(dataset: Dataset): boolean {
  return dataset.questions.some(({ certainty }) => certainty === "open");
}

/** What was read otherwise than it was made; empty where all is right. */
async function mistakes(folder: GeneratedFolder, dataset: Dataset): Promise<string[]> {
  const wrong: string[] = [];
  const found = new Map(dataset.items.map(({ labelPath, imagePath }) => [labelPath, imagePath]));
  for (const [label, image] of folder.pairs) {
    if (found.get(label) !== image) wrong.push(`${label} goes with ${found.get(label) ?? "nothing"}`);
  }
  for (const label of found.keys()) if (!folder.pairs.has(label)) wrong.push(`${label} is no label`);
  const known = new Set(dataset.items.flatMap(({ companions }) => companions));
  for (const path of folder.companions) if (!known.has(path)) wrong.push(`${path} is not named as a companion`);
  for (const item of dataset.items) {
    const { labels, classes } = await loadLabel(dataset, item);
    const pixels = folder.pixels.get(item.labelPath) ?? [];
    const ids = new Map<number, number>();
    for (const [p, made] of pixels.entries()) ids.set(made, labels.data[p]);
    if (pixels.some((made, p) => ids.get(made) !== labels.data[p]) || new Set(ids.values()).size !== ids.size) {
      wrong.push(`${item.labelPath}: pixels of one class have several ids`);
    }
    for (const [made, id] of ids) {
      const info = classOf(classes, id);
      if (!folder.hasOwnClasses && (made < 0 ? !info?.ignored : info?.ignored))
        wrong.push(`${item.labelPath}: void and ${id} are confused`);
      if (made >= 0 && folder.hasList && info?.name !== folder.names[made]) {
        wrong.push(`${item.labelPath}: ${folder.names[made]} is called ${info?.name}`);
      }
      if (made >= 0 && folder.colors.length === 0 && id !== made) wrong.push(`${item.labelPath}: ${made} became ${id}`);
    }
  }
  return wrong;
}

describe("folders by a grammar", () => {
  it("200 of them are read as generated, or asked about: none is wrong in silence", async () => {
    const silent: string[] = [];
    let [right, asked] = [0, 0];
    for (let seed = 1; seed <= 200; seed += 1) {
      const folder = generateFolder(seed);
      const dataset = await openDataset(memorySource(folder.files, `folder ${seed}`));
      const wrong = await mistakes(folder, dataset);
      if (wrong.length === 0) right += 1;
      else if (asks(dataset)) asked += 1;
      else silent.push(`${folder.description}: ${[...new Set(wrong)].slice(0, 3).join("; ")}`);
    }
    expect(silent).toEqual([]);
    expect(right + asked).toBe(200);
    // Asking about everything would be no reading.
    expect(right).toBeGreaterThan(180);
  }, 120_000);
});
