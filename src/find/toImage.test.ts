import { describe, expect, it } from "vitest";
import { forEachPixel, type Region, regionArea, regionFromPredicate } from "../core/region";
import type { Candidate } from "./candidates/candidate";
import type { Proposal } from "./findInScene";
import { box, disc, findRequest, IDS, mislabelled, type Picture, picture, type Thing } from "./fixtures/picture";
import type { LabelledScene } from "./scene";
import { searched } from "./searched";
import { toImage } from "./toImage";
import type { FindRequest } from "./types";

const lost = disc(2, 500, 300, 60);

const sceneOf = (of: Picture, labels: Uint16Array) => searched(of.image, findRequest(of, labels)).scene;

/** The scene pixels whose centres a thing covers. */
function seen(thing: Thing, of: Picture, { components: { rect } }: LabelledScene): Region {
  const [across, down] = [of.width / rect.width, of.height / rect.height];
  return regionFromPredicate(rect, (x, y) => thing.covers((x + 0.5) * across, (y + 0.5) * down));
}

function proposal(where: Region, to: Candidate["to"] = IDS[2]): Proposal {
  return { where, to, kind: "region", fit: [0, 0], confidence: 0.7 };
}

describe("a proposal in image px", () => {
  const whole = picture(1200, 700, [box(1, 0, 400, 1200, 300), lost]);
  const given = mislabelled(whole, lost, IDS[0]);
  const scene = sceneOf(whole, given);
  const found = (changes: Partial<FindRequest> = {}, where = seen(lost, whole, scene)) =>
    toImage(proposal(where), scene, findRequest(whole, given, changes), true);

  it("is the object, at the scale of the image, inside its rect", () => {
    const region = found();
    expect(scene.height).toBe(256);
    if (!region) throw new Error("Nothing found");
    const { rect, bits } = region.region;
    expect(bits).toHaveLength(rect.width * rect.height);
    expect(region.ids).toHaveLength(rect.width * rect.height);
    expect(region.area).toBe(regionArea(region.region));
    expect(region.area / (Math.PI * 60 ** 2)).toBeCloseTo(1, 1);
    expect([region.from, region.to, region.confidence, region.needsHint]).toEqual([IDS[0], IDS[2], 0.7, false]);
    bits.forEach((bit, i) => {
      if (region.ids[i] !== (bit === 1 ? IDS[2] : 0)) throw new Error(`Pixel ${i}`);
    });
    expect(rect.x).toBeGreaterThan(435);
    expect(rect.x + rect.width).toBeLessThan(565);
  });

  it("leaves nothing of a component behind that fills it, and nothing else changes", () => {
    // A whole component with a border between scene pixels.
    const thing = box(3, 301, 203, 77, 51);
    const labels = mislabelled({ ...whole, labels: given }, thing, IDS[3]);
    const own = sceneOf(whole, labels);
    const where = regionFromPredicate(own.components.rect, (x, y) => own.label[y * own.width + x] === IDS[3]);
    const region = toImage(proposal(where, IDS[0]), own, findRequest(whole, labels), true);
    expect(region?.area).toBe(77 * 51);
    forEachPixel(region?.region ?? where, (x, y) => void expect(thing.covers(x, y)).toBe(true));
  });

  it("neither changes a locked class nor becomes one", () => {
    const across = regionFromPredicate(scene.components.rect, (x, y) => x > 100 && x < 200 && y > 150 && y < 215);
    const part = found({ lockedIds: [IDS[0]] }, across)?.region;
    if (!part) throw new Error("Nothing found");
    forEachPixel(part, (x, y) => void expect(given[y * 1200 + x]).toBe(IDS[1]));
    expect(found({ lockedIds: [IDS[2]] }, across)).toBeNull();
  });

  it("is cut where excluded, dropped when that is the most of it", () => {
    const excluded = whole.labels.map((_, i) => (i % 1200 < 480 ? 1 : 0));
    const half = found({ excluded: Uint8Array.from(excluded) });
    expect(half?.region.rect.x).toBe(480);
    const most = whole.labels.map((_, i) => (i % 1200 < 520 ? 1 : 0));
    expect(found({ excluded: Uint8Array.from(most) })).toBeNull();
  });

  it("is dropped when it is a speck or changes nothing", () => {
    const speck = regionFromPredicate(scene.components.rect, (x, y) => x === 100 && y === 100);
    expect(found({}, speck)).toBeNull();
    const same = proposal(seen(lost, whole, scene), IDS[0]);
    expect(toImage(same, scene, findRequest(whole, given), true)).toBeNull();
  });

  it("asks for a hint where nobody knows what the class looks like", () => {
    const needs = (kind: Candidate["kind"]) =>
      toImage({ ...proposal(seen(lost, whole, scene)), kind }, scene, findRequest(whole, given), false)?.needsHint;
    expect([needs("region"), needs("shape"), needs("shift")]).toEqual([true, false, false]);
  });
});

it("a scene scaled up maps back to whole pixels", () => {
  const small = picture(90, 60, [disc(1, 30, 30, 12)]);
  const given = mislabelled(small, disc(1, 30, 30, 12), IDS[0]);
  const scene = sceneOf(small, given);
  expect([scene.width, scene.height]).toEqual([336, 224]);
  const all = regionFromPredicate(scene.components.rect, () => true);
  const region = toImage(proposal(all), scene, findRequest(small, given), true);
  expect(region?.region.rect).toEqual({ x: 0, y: 0, width: 90, height: 60 });
  expect(region?.area).toBe(90 * 60);
});
