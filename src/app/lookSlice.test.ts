import { expect, it } from "vitest";
import type { Dataset } from "../dataset/types";
import { memoryStore } from "../project/storage";
import { createKeepingState } from "./keptState";
import { plainLook } from "./look";
import { lookSlice } from "./lookSlice";
import { createSession } from "./session";
import { createSettings } from "./settings";

const dark = { ...plainLook, brightness: -20 };

it("looks of single images come back with their data set, and with no other", async () => {
  const store = memoryStore();
  const settings = createSettings();
  const keeping = createKeepingState({ store }, createSession(), settings);
  const open = (id: string) => keeping.open(id, { classes: [] } as unknown as Dataset, () => undefined);
  await open("p");
  settings.setState({ looks: new Map([["a.png", dark]]) });
  await open("q");
  expect(settings.getState().looks.size).toBe(0);
  await open("p");
  expect(settings.getState().looks).toEqual(new Map([["a.png", dark]]));
  expect(await store.keys("")).toEqual(["looks/p"]);
});

it.each([5, null, {}, [5], [["a"]], [[1, dark]], [["a", { ...dark, gamma: 0 }]]])(
  "a record that makes no sense is ignored: %j",
  (record) => {
    expect(lookSlice.decode(record).size).toBe(0);
    expect(lookSlice.decode([...lookSlice.decode(record), ["b", dark]])).toEqual(new Map([["b", dark]]));
  },
);
