import { expect, it, vi } from "vitest";
import { createLabelMap } from "../core/labelMap";
import { greyPng, jpegHeader, memorySource } from "../dataset/fixtures/files";
import { openDataset } from "../dataset/openDataset";
import { createDocument } from "../document/document";
import { memoryStore } from "../project/storage";
import { suggestionTraits } from "../review/suggestions";
import { imageOf } from "./fixtures/openInSession";
import { createKeepingState } from "./keptState";
import { createSession } from "./session";
import { createSettings } from "./settings";
import { createTurning } from "./turning";

const key = "masks/a.png";
const opened = () =>
  openDataset(memorySource({ "images/a.jpg": jpegHeader(6, 4), [key]: greyPng(6, 4, (pixel) => pixel % 3) }));

async function setUp(store = memoryStore()) {
  const session = createSession();
  const keeping = createKeepingState({ store }, session, createSettings());
  const document = createDocument({ key, labels: createLabelMap(6, 4), traits: suggestionTraits });
  const images = { open: vi.fn(async () => show()) };
  const show = () => {
    const [item] = session.getState().dataset?.items ?? [];
    session.setState({ image: { ...imageOf(document), item, photo: {} as ImageBitmap }, index: 0 });
  };
  await keeping.open("p", await opened(), (kept) => session.setState(kept));
  show();
  const turn = () => session.getState().image?.item.turn;
  return { session, images, turning: createTurning(session, images), turn, store };
}

it("turns the picture by a half, back again, and opens it anew", async () => {
  const { images, turning, turn, session } = await setUp();
  await turning.turnPicture();
  expect(turn()).toBe(180);
  expect(images.open).toHaveBeenCalledExactlyOnceWith(0);
  expect(session.getState().announcement.text).toMatch(/turned by 180/);
  await turning.turnPicture();
  expect(turn()).toBe(0);
});

it("is kept with the project", async () => {
  const { turning, store } = await setUp();
  await turning.turnPicture();
  await vi.waitFor(async () => expect(await store.get("turns/p")).toEqual([[key, 180]]));
  expect((await setUp(store)).turn()).toBe(180);
  await store.set("turns/p", [[key, 45], 3, ["masks/b.png", 90]]);
  expect((await setUp(store)).turn()).toBe(0);
});

it("does nothing where there is no picture", async () => {
  const { session, images, turning } = await setUp();
  const { image } = session.getState();
  session.setState({ image: image && { ...image, photo: null } });
  await turning.turnPicture();
  expect(images.open).not.toHaveBeenCalled();
});
