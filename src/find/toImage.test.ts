import { describe, expect, it } from "vitest";
import { forEachPixel, type Region, regionArea, regionFromPredicate } from "../core/region";
import { cutImage } from "../window/resample";
import type { WorkWindow } from "../window/workWindows";
import { cutIds, findScene } from "./cut";
import { box, disc, findRequest, IDS, mislabelled, type Picture, picture, type Thing } from "./fixtures/picture";
import type { Proposal } from "./proposals";
import { windowRect } from "./regions";
import { excludedInWindow, toImage } from "./toImage";
import type { FindRequest } from "./types";
import { type LabelledWindow, labelledWindow, VOID } from "./window";
import { planFindWindows } from "./windows";

const lost = disc(2, 500, 300, 60);

function windowOf(scene: Picture, labels: Uint16Array, place: WorkWindow): LabelledWindow {
  const label = cutIds(findScene(scene.image, labels, []), place);
  return labelledWindow(place.size, cutImage(scene.image, place), label);
}

/** The window pixels whose centres a thing covers. */
function seen(thing: Thing, { x, y, side, size }: WorkWindow): Region {
  const scale = side / size;
  return regionFromPredicate(windowRect(size), (c, r) => thing.covers(x + (c + 0.5) * scale, y + (r + 0.5) * scale));
}

function proposal(where: Region, to: Proposal["to"] = IDS[2]): Proposal {
  return { where, to, shape: false, fit: null, confidence: 0.7 };
}

describe("a proposal in image px", () => {
  const scene = picture(1200, 700, [box(1, 0, 400, 1200, 300), lost]);
  const given = mislabelled(scene, lost, IDS[0]);
  const [place] = planFindWindows(1200, 700).filter(
    ({ x, y, side }) => x < 440 && x + side > 560 && y < 240 && y + side > 360,
  );
  const window = windowOf(scene, given, place);
  const found = (changes: Partial<FindRequest> = {}, where = seen(lost, place)) =>
    toImage(proposal(where), place, window, findRequest(scene, given, changes), true);

  it("is the object, at the scale of the image, inside its rect", () => {
    const region = found();
    expect(place.side / place.size).toBeGreaterThan(1.5);
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
    // A whole component with a border between window pixels.
    const thing = box(3, 301, 203, 77, 51);
    const labels = mislabelled({ ...scene, labels: given }, thing, IDS[3]);
    const [at] = planFindWindows(1200, 700);
    const own = windowOf(scene, labels, at);
    const where = regionFromPredicate(windowRect(at.size), (c, r) => own.label[r * at.size + c] === IDS[3]);
    const region = toImage(proposal(where, IDS[0]), at, own, findRequest(scene, labels), true);
    expect(region?.area).toBe(77 * 51);
    forEachPixel(region?.region ?? where, (x, y) => void expect(thing.covers(x, y)).toBe(true));
  });

  it("is cut where excluded, dropped when that is the most of it", () => {
    const excluded = scene.labels.map((_, i) => (i % 1200 < 480 ? 1 : 0));
    const half = found({ excluded: Uint8Array.from(excluded) });
    expect(half?.region.rect.x).toBe(480);
    const most = scene.labels.map((_, i) => (i % 1200 < 520 ? 1 : 0));
    expect(found({ excluded: Uint8Array.from(most) })).toBeNull();
  });

  it("is dropped when it is a speck or changes nothing", () => {
    const speck = regionFromPredicate(windowRect(place.size), (c, r) => c === 100 && r === 100);
    expect(found({}, speck)).toBeNull();
    const same = toImage(proposal(seen(lost, place), IDS[0]), place, window, findRequest(scene, given), true);
    expect(same).toBeNull();
  });

  it("asks for a hint where nobody knows what the class looks like", () => {
    const request = findRequest(scene, given);
    const needs = (shape: boolean) =>
      toImage({ ...proposal(seen(lost, place)), shape }, place, window, request, false)?.needsHint;
    expect([needs(false), needs(true)]).toEqual([true, false]);
  });
});

it("a window scaled up maps back to whole pixels, and beyond the image there is nothing", () => {
  const scene = picture(90, 60, [disc(1, 30, 30, 12)]);
  const [place] = planFindWindows(90, 60);
  const given = mislabelled(scene, disc(1, 30, 30, 12), IDS[0]);
  const window = windowOf(scene, given, place);
  expect([place.side, place.size, window.label.includes(VOID)]).toEqual([60, 224, false]);
  const all = regionFromPredicate(windowRect(224), () => true);
  const region = toImage(proposal(all), place, window, findRequest(scene, given), true);
  expect(region?.region.rect).toEqual({ x: 0, y: 0, width: 60, height: 60 });
  expect(region?.area).toBe(60 * 60);
});

it("a window pixel is excluded with the image pixel at its centre", () => {
  const scene = picture(448, 448, []);
  const [place] = planFindWindows(448, 448);
  const excluded = Uint8Array.from(scene.labels, (_, i) => (i % 448 < 100 ? 1 : 0));
  const inWindow = excludedInWindow(place, findRequest(scene, scene.labels, { excluded }));
  const scale = place.side / place.size;
  inWindow.forEach((bit, i) => void expect(bit).toBe(Math.floor(((i % 224) + 0.5) * scale) < 100 ? 1 : 0));
});
