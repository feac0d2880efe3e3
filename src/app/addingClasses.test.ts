import { describe, expect, it } from "vitest";
import type { Rgb } from "../core/classTable";
import { createLabelMap } from "../core/labelMap";
import { greyPng, jpegHeader, memorySource, rgbPng } from "../dataset/fixtures/files";
import { inThreadCoder } from "../dataset/labelCoder";
import { openDataset } from "../dataset/openDataset";
import { exportLabel } from "../export/labelFiles";
import { decodePng } from "../formats/png";
import { createAddingClasses, freeColor } from "./addingClasses";
import { createSession } from "./session";
import { createSettings } from "./settings";

const tram = { name: "tram", color: [9, 8, 7] as Rgb };

async function setUp(files: Readonly<Record<string, Uint8Array | string>>) {
  const dataset = await openDataset(memorySource(files));
  const [session, settings] = [createSession(), createSettings()];
  session.setState({ dataset });
  const adding = createAddingClasses({ decoder: inThreadCoder }, session, settings);
  const classes = () => session.getState().dataset?.classes ?? [];
  const now = () => session.getState().dataset ?? dataset;
  return { adding, classes, now, session, settings };
}

/** 50 labels, of which opening looks at 40: the last one, which it does not, alone holds id 3. */
function manyLabels(): Record<string, Uint8Array> {
  const names = Array.from({ length: 50 }, (_, i) => `masks/${String(i).padStart(2, "0")}.png`);
  const rare = names.at(-1);
  return Object.fromEntries(names.map((name) => [name, greyPng(4, 4, (p) => (name === rare ? 3 : p % 3))]));
}

describe("adding a class", () => {
  it("takes an id that no label holds, those included that opening did not look at", async () => {
    const { adding, classes, session, settings } = await setUp(manyLabels());
    expect(classes().map(({ id }) => id)).toEqual([0, 1, 2]);
    expect(await adding.add(tram)).toBe(true);
    expect(classes().at(-1)).toEqual({ id: 4, name: "tram", color: [9, 8, 7], ignored: false });
    expect(settings.getState().classId).toBe(4);
    expect(session.getState()).toMatchObject({ busy: null, message: null });
    expect(session.getState().announcement.text).toContain("tram added with id 4");
    await adding.add({ ...tram, name: "bus" });
    expect(classes().at(-1)).toMatchObject({ id: 5, name: "bus" });
  });

  it("fills a gap before it leaves 8 bits, and spares 255", async () => {
    const { adding, classes } = await setUp({ "masks/a.png": greyPng(4, 4, (p) => (p % 2) * 254) });
    await adding.add(tram);
    expect(classes().map(({ id }) => id)).toEqual([0, 1, 254]);
  });

  it("refuses a name that is taken, and says so", async () => {
    const { adding, classes, session } = await setUp({ "masks/a.png": greyPng(4, 4, (p) => p % 2) });
    expect(await adding.add({ ...tram, name: "class 1" })).toBe(false);
    expect(classes()).toHaveLength(2);
    expect(session.getState().message).toMatchObject({ kind: "error", title: "class 1 was not added" });
  });

  it("wants a colour of its own where files hold colours, and writes it", async () => {
    const { adding, now, session } = await setUp({
      "images/a.jpg": jpegHeader(3, 1),
      "masks/a.png": rgbPng(3, 1, (p) => (p === 2 ? [1, 2, 3] : [p * 9, 0, 1])),
      "label_colors.txt": "0 0 1 sky\n9 0 1 road",
    });
    for (const color of [
      [9, 0, 1],
      [1, 2, 3],
    ] as const)
      expect(await adding.add({ ...tram, color })).toBe(false);
    expect(session.getState().message?.text).toContain("#010203");
    expect(freeColor(now())).not.toEqual([0, 0, 1]);
    expect(await adding.add(tram)).toBe(true);
    const { id } = now().classes.at(-1) ?? { id: -1 };
    const { labels } = await inThreadCoder.decode(await now().items[0].label.bytes(), now().codec);
    const painted = createLabelMap(3, 1, Uint16Array.of(id, ...labels.data.subarray(1)));
    const png = decodePng((await exportLabel(now(), now().items[0], painted)).bytes);
    expect([...png.samples]).toEqual([9, 8, 7, 9, 0, 1, 1, 2, 3]);
  });
});
