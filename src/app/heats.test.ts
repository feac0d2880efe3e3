import { describe, expect, it, vi } from "vitest";
import { memoryStore } from "../project/storage";
import { FOUND } from "../review/sets";
import { page, size } from "./fixtures/scanPage";
import { createHeats } from "./heats";

/** A page whose first two images were searched, opened again: no document is in memory. */
async function searched() {
  const store = memoryStore();
  const first = await page(store);
  await first.scanning.start({
    name: "Scan 1",
    keys: first.keys.slice(0, 2),
    options: { ignoredClasses: [], keepsExclusions: true },
  });
  await first.until("finished");
  first.close();
  const again = await page(store);
  const heats = createHeats(again.session, again.documents, again.work);
  return { ...again, heats, messages: () => again.session.getState().message };
}

describe("heat maps of images in sight", () => {
  it("are read from the work that is kept, without making a document, and go when they are not asked for", async () => {
    const { heats, keys, documents, messages } = await searched();
    heats.want(keys);
    expect(heats.shown.getState().heats).toBeNull();
    heats.show();
    await vi.waitFor(() => expect([...(heats.shown.getState().heats ?? new Map()).keys()]).toEqual(keys.slice(0, 2)));
    const heat = heats.shown.getState().heats?.get(keys[0]);
    expect(heat).toEqual({ width: size, height: size, heat: new Uint8Array(size * size).fill(99) });
    expect(keys.map((key) => documents.inMemory(key))).toEqual(keys.map(() => null));
    expect(messages()).toBeNull();
    heats.hide();
    expect(heats.shown.getState().heats).toBeNull();
  });

  it("are those of the open document where there is one", async () => {
    const { heats, keys, edit } = await searched();
    const document = await edit(keys[0]);
    const set = document.store.getState().proposals[FOUND];
    if (set === undefined) throw new Error("nothing was found");
    document.propose({ ...set, heat: new Uint8Array(size * size).fill(7) });
    heats.want(keys.slice(0, 1));
    heats.show();
    await vi.waitFor(() => expect(heats.shown.getState().heats?.get(keys[0])?.heat[0]).toBe(7));
  });

  it("are said to be missing, once, where none of what is in sight was searched", async () => {
    const { heats, keys, session } = await searched();
    const said: string[] = [];
    session.subscribe(({ message }, before) => message !== before.message && message && said.push(message.title));
    heats.want(keys.slice(2));
    heats.show();
    await vi.waitFor(() => expect(said).toEqual(["No image in sight has a heat map"]));
    heats.hide();
    const { no } = session.getState().announcement;
    heats.show();
    await vi.waitFor(() => expect(session.getState().announcement.no).toBe(no + 1));
    expect(said).toHaveLength(1);
  });
});
