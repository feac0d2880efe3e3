import { expect, it } from "vitest";
import { type ActPlace, actRecord, type DecidedPart, loadActs, partRecord, removeAct, removePart } from "./decidedActs";
import { removeProject } from "./projects";
import { memoryStore } from "./storage";

const place: ActPlace = { projectId: "p", of: "act" };
const bounds = { x: 0, y: 0, width: 3, height: 4 };
const part = (key: string): DecidedPart => ({
  ...{ key, findings: 2 },
  record: { at: 7, decision: "accepted", from: 1, to: 2, area: 12, bounds },
});

async function twoActs() {
  const store = memoryStore();
  const [old, late] = [
    { id: "b", at: 5, text: "Accepted 4 road to sky", isBulk: true as const },
    { id: "a", at: 9, text: "Rejected 1" },
  ];
  const parts = Array.from({ length: 12 }, (_, i) => part(`masks/${i}.png`));
  await store.write([actRecord(place, late), partRecord(place, "a", 0, part("z"))], []);
  await store.write([actRecord(place, old), ...parts.map((one, i) => partRecord(place, "b", i, one))], []);
  return { store, old: { ...old, parts }, late: { ...late, parts: [part("z")] } };
}

it("are read as they were written, the oldest first, their images in order", async () => {
  const { store, old, late } = await twoActs();
  expect(await loadActs(store, place)).toEqual([old, late]);
  expect(await loadActs(store, { ...place, projectId: "other" })).toEqual([]);
});

it("are forgotten by image, as a whole, and with their project", async () => {
  const { store, old, late } = await twoActs();
  await removePart(store, place, "b", "masks/3.png");
  const [left] = await loadActs(store, place);
  expect(left.parts).toEqual(old.parts.filter(({ key }) => key !== "masks/3.png"));
  await removeAct(store, place, "b");
  expect(await loadActs(store, place)).toEqual([late]);
  await removeProject(store, "p");
  expect(await store.keys("")).toEqual([]);
});

it("are kept apart from changes by rules, which go with the project too", async () => {
  const { store, old, late } = await twoActs();
  const fixes: ActPlace = { ...place, of: "fix" };
  const fix = { id: "b", at: 7, text: "Fill 3 pinholes" };
  await store.write([actRecord(fixes, fix), partRecord(fixes, "b", 0, part("z"))], []);
  expect(await loadActs(store, fixes)).toEqual([{ ...fix, parts: [part("z")] }]);
  await removeAct(store, fixes, "b");
  expect(await loadActs(store, fixes)).toEqual([]);
  expect(await loadActs(store, place)).toEqual([old, late]);
  await store.write([actRecord(fixes, fix), partRecord(fixes, "b", 0, part("z"))], []);
  await removeProject(store, "p");
  expect(await store.keys("")).toEqual([]);
});

it("leave out what makes no sense", async () => {
  const { store, late } = await twoActs();
  await store.set("act/p/b", { at: "soon" });
  await store.set("acted/p/a/00000001", { key: "x" });
  await store.set("act/p/empty", { at: 1, text: "nothing" });
  expect(await loadActs(store, place)).toEqual([late]);
});
