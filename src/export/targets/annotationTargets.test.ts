import { describe, expect, it } from "vitest";
import { classTable } from "../../core/classTable";
import { vocColor } from "../../core/palette";
import { findAnnotations } from "../../formats/annotations/findAnnotations";
import { annotationFiles, randomLabels, rewritten } from "../../formats/annotations/fixtures/labels";
import { bytesOf } from "../fixtures/bytesOf";
import { cocoTarget, panopticTarget } from "./coco";
import { labelStudioTarget } from "./labelStudio";
import { superviselyTarget } from "./supervisely";
import type { Conversion, ExportTarget } from "./types";

const named = (id: number, name: string, ignored = false) => ({ id, name, color: vocColor(id), ignored });
const tables = {
  "background and void": classTable([
    named(0, "background"),
    named(1, "cat"),
    named(2, "dog"),
    named(3, 'a "sofa" & co: é'),
    named(255, "void", true),
  ]),
  "a class at 0 and gaps": classTable([named(0, "sky"), named(7, "road"), named(200, "car"), named(11, "void", true)]),
  "ids beyond 8 bits": classTable([named(1, "a"), named(300, "b"), named(4000, "c"), named(255, "void", true)]),
};

function conversion(classes: Conversion["classes"], seed: number): Conversion {
  const ids = classes.map(({ id }) => id);
  return {
    name: "set",
    classes,
    images: Array.from({ length: 3 }, (_, i) => ({
      name: `photo ${i}`,
      split: i < 2 ? ("train" as const) : ("val" as const),
      width: 37,
      height: 23,
      photoExtension: ".jpg",
      labels: async () => randomLabels(seed + i, ids),
    })),
  };
}

async function written(target: ExportTarget, what: Conversion): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for await (const file of target.files(what)) files[file.path] = await bytesOf(file);
  return files;
}

async function readBack(files: Record<string, Uint8Array>) {
  const list = files["classes.json"];
  const lists = list ? [classTable(JSON.parse(new TextDecoder().decode(list)))] : [];
  const { found, failed } = await findAnnotations(annotationFiles(files), lists);
  expect(failed).toEqual([]);
  expect(found).toHaveLength(1);
  return found[0].set;
}

describe.each(Object.entries(tables))("%s", (_, classes) => {
  it.each([cocoTarget, panopticTarget, labelStudioTarget])(
    "$name gives back the same ids, edited ones too",
    async (target) => {
      for (let seed = 0; seed < 12; seed++) {
        const what = conversion(classes, 100 * seed);
        const files = await written(target, what);
        const set = await readBack(files);
        expect(set.images).toHaveLength(3);
        // Panoptic knows one void only.
        const isVoid = new Set(set.classes.flatMap(({ id, ignored }) => (ignored ? [id] : [])));
        const lost = new Set(classes.flatMap(({ id, ignored }) => (ignored ? [id] : [])));
        const plain = (data: Uint16Array, voids: ReadonlySet<number>) => data.map((id) => (voids.has(id) ? 65535 : id));
        for (const [i, image] of set.images.entries()) {
          const { labels, disputed } = await image.read();
          const expected = (await what.images[i].labels())?.data ?? new Uint16Array();
          expect(disputed).toBe(0);
          expect(plain(labels.data, isVoid)).toEqual(plain(expected, lost));
          if (target !== panopticTarget) expect(labels.data).toEqual(expected);
        }
        const own = set.classes.filter(({ ignored }) => !ignored).map(({ id }) => id);
        const labels = randomLabels(seed + 7, [...own, ...isVoid].slice(0, own.length + 1));
        const changed = await rewritten(set, [{ image: set.images[1], labels }]);
        const again = await readBack({ ...files, ...Object.fromEntries(changed) });
        for (const [i, image] of again.images.entries()) {
          const expected = i === 1 ? labels : (await set.images[i].read()).labels;
          expect((await image.read()).labels.data).toEqual(expected.data);
        }
        expect(await rewritten(set, [])).toEqual(new Map());
        const same = await rewritten(set, [{ image: set.images[0], labels: (await set.images[0].read()).labels }]);
        for (const [path, bytes] of same) expect(Buffer.compare(bytes, files[path])).toBe(0);
      }
    },
  );
});

it("Supervisely gives back the same classes, by name", async () => {
  for (let seed = 0; seed < 12; seed++) {
    const classes = tables["background and void"];
    const what = conversion(classes, seed);
    const files = await written(superviselyTarget, what);
    const set = await readBack(files);
    const nameOf = (table: Conversion["classes"]) => (id: number) => table.find((info) => info.id === id)?.name;
    for (const image of set.images) {
      const at = Number(/photo (\d)/.exec(image.names[0])?.[1]);
      const expected = Array.from((await what.images[at].labels())?.data ?? [], nameOf(classes));
      expect(Array.from((await image.read()).labels.data, nameOf(set.classes))).toEqual(expected);
    }
    const labels = randomLabels(
      seed + 3,
      set.classes.map(({ id }) => id),
    );
    const changed = await rewritten(set, [{ image: set.images[1], labels }]);
    expect([...changed.keys()]).toEqual([set.images[1].path]);
    const again = await readBack({ ...files, ...Object.fromEntries(changed) });
    expect((await again.images[1].read()).labels.data).toEqual(labels.data);
  }
});
