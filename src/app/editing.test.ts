import { expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
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
  const live: Live = { strokeEnded: vi.fn(), run: vi.fn(), cancel: vi.fn(() => false) };
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
