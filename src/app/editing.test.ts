import { expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { rectRegion } from "../core/region";
import { greyPng, memorySource } from "../dataset/fixtures/files";
import { openDataset } from "../dataset/openDataset";
import { createDocument } from "../document/document";
import { suggestionTraits } from "../review/suggestions";
import { createEditing } from "./editing";
import { imageOf } from "./fixtures/openInSession";
import type { Live } from "./live";
import { classesOf, createSession } from "./session";
import { createSettings } from "./settings";

it("changes one class of the data set; one that only this label has becomes its own when it is changed", async () => {
  const dataset = await openDataset(memorySource({ "masks/a.png": greyPng(4, 4, (pixel) => pixel % 2) }));
  const document = createDocument({ key: "masks/a.png", labels: createLabelMap(4, 4), traits: suggestionTraits });
  const unknown = [{ id: 9, name: "unknown 9", color: [1, 2, 3], ignored: true } as const];
  const session = createSession();
  session.setState({ dataset, image: imageOf(document, unknown) });
  const live: Pick<Live, "strokeEnded" | "run" | "cancel"> = {
    strokeEnded: vi.fn(),
    run: vi.fn(),
    cancel: vi.fn(() => false),
  };
  const { changeClass } = createEditing(session, createSettings(), live);
  const names = () => session.getState().dataset?.classes.map(({ id, name }) => [id, name]);
  const [first, second] = dataset.classes;

  changeClass(first.id, { name: "road" });
  expect(names()).toEqual([
    [first.id, "road"],
    [second.id, second.name],
  ]);
  expect(classesOf(session.getState()).map(({ id }) => id)).toEqual([0, 1, 9]);
  expect(classesOf(session.getState())).toBe(classesOf(session.getState()));
  changeClass(9, { name: "sign", ignored: false });
  expect(names()?.at(-1)).toEqual([9, "sign"]);
  expect(classesOf(session.getState()).at(-1)).toMatchObject({ id: 9, name: "sign", ignored: false });
});

it("includes the rest of what is masked by half, plus the margin, and masks along boundaries: one step each", () => {
  // A 4 x 4 object in the middle of 10 x 10.
  const ids = Uint16Array.from({ length: 100 }, (_, i) => {
    const [x, y] = [i % 10, Math.floor(i / 10)];
    return x >= 3 && x < 7 && y >= 3 && y < 7 ? 1 : 0;
  });
  const document = createDocument({ key: "a", labels: createLabelMap(10, 10, ids), traits: suggestionTraits });
  const session = createSession();
  session.setState({ image: imageOf(document) });
  const settings = createSettings();
  settings.setState({ growBy: 0, bandWidth: 1 });
  const live: Pick<Live, "strokeEnded" | "run" | "cancel"> = {
    strokeEnded: vi.fn(),
    run: vi.fn(),
    cancel: vi.fn(() => false),
  };
  const editing = createEditing(session, settings, live);
  const masked = () => document.store.getState().maskedPixels;

  editing.includeRest();
  expect(session.getState().announcement.text).toBe("Nothing is masked.");
  document.edit("brush", (edit) => edit.setMask(rectRegion({ x: 2, y: 3, width: 4, height: 4 }), true));
  editing.includeRest();
  expect(masked()).toBe(20);
  expect(session.getState().announcement.text).toBe("Included the rest of 1 region. Mask: 20 pixels");
  editing.includeRest();
  expect(masked()).toBe(20);
  expect(live.strokeEnded).toHaveBeenCalledTimes(1);
  editing.undo();
  expect(masked()).toBe(16);
  settings.setState({ growBy: 1 });
  editing.includeRest();
  expect(masked()).toBe(16 + 4 + 4 + 2);
  editing.clearMask();
  editing.maskBoundaries();
  expect(masked()).toBe(12 + 16);
  editing.undo();
  expect(masked()).toBe(0);
});

it("says of hints what became of them: of a locked class they stay", () => {
  const document = createDocument({ key: "a", labels: createLabelMap(10, 10), traits: suggestionTraits });
  const session = createSession();
  session.setState({ image: imageOf(document) });
  const live: Pick<Live, "strokeEnded" | "run" | "cancel"> = {
    strokeEnded: vi.fn(),
    run: vi.fn(),
    cancel: vi.fn(() => false),
  };
  const editing = createEditing(session, createSettings(), live);
  document.edit("mask", (edit) => edit.setMask(rectRegion({ x: 0, y: 0, width: 8, height: 8 }), true));
  document.edit("hint", (edit) => {
    edit.setLabel(rectRegion({ x: 0, y: 0, width: 2, height: 2 }), 1);
    edit.setLabel(rectRegion({ x: 4, y: 4, width: 3, height: 1 }), 2);
  });
  const said = () => session.getState().announcement.text;
  editing.setLocked(1, true);
  editing.clearMask();
  expect(document.labels.data.filter((id) => id === 1)).toHaveLength(4);
  expect(said()).toBe(
    "Mask cleared, and hints that no accept covered are taken back, with what was rebuilt by them. 4 pixels of hints stay painted: their class is locked",
  );
  editing.undo();
  editing.setLocked(2, true);
  editing.clearMask();
  expect(said()).toBe(
    "Mask cleared, with what was rebuilt by hints. 7 pixels of hints stay painted: their class is locked",
  );
});
