import { describe, expect, it } from "vitest";
import { placeSlice } from "./placeSlice";
import { removeProject, saveProject } from "./projects";
import { loadSlice, saveSlice } from "./slice";
import { memoryStore } from "./storage";

describe("where the user is in a data set", () => {
  it("lasts until the project is removed", async () => {
    const store = memoryStore();
    const place = { view: "editor", inReview: true } as const;
    await saveProject(store, { projectId: "p", name: "p", source: { kind: "files" }, openKey: null, at: 1 });
    await saveSlice(store, "p", placeSlice, place);
    expect(await loadSlice(store, "p", placeSlice)).toEqual(place);
    await removeProject(store, "p");
    expect(await loadSlice(store, "p", placeSlice)).toBeNull();
    expect(await store.keys("")).toEqual([]);
  });

  it("is not known from a record that makes no sense", () => {
    const records = [undefined, null, 3, "editor", {}, { view: "queue" }, { view: 1, inReview: true }];
    expect(records.map(placeSlice.decode)).toEqual(records.map(() => null));
    expect(placeSlice.decode({ view: "dataset", inReview: "yes" })).toEqual({ view: "dataset", inReview: false });
  });
});
