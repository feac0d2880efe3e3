import { expect, it } from "vitest";
import { createRandom } from "../../core/random";
import { type Region, regionFromPredicate } from "../../core/region";
import { randomLabels } from "./fixtures/labels";
import { keepShapes } from "./keepShapes";
import { paintShapes, type Shape } from "./paintShapes";

const size = { width: 37, height: 23 };

function regionsOf(seed: number): Shape[] {
  const random = createRandom(seed);
  return Array.from({ length: 6 }, () => {
    const rect = { x: random.int(30), y: random.int(16), width: 1 + random.int(12), height: 1 + random.int(12) };
    const region: Region = regionFromPredicate(rect, (x, y) => (x + y) % 5 !== 0);
    return { id: 1 + random.int(3), region };
  });
}

it("what is kept and the rest give the edited ids, and what was not touched is kept", () => {
  for (let seed = 0; seed < 60; seed++) {
    const shapes = regionsOf(seed);
    const { labels } = paintShapes(size.width, size.height, 0, shapes);
    expect(keepShapes(shapes, 0, labels).kept).toEqual(shapes.map(() => true));
    const patch = randomLabels(seed, [0, 1, 2, 3]);
    const data = labels.data.map((id, i) => (i % size.width < 9 ? patch.data[i] : id));
    const { kept, rest } = keepShapes(shapes, 0, { ...size, data });
    const again = paintShapes(
      size.width,
      size.height,
      0,
      shapes.filter((_, i) => kept[i]),
    ).labels.data;
    expect(again.map((id, i) => rest.data[i] || id)).toEqual(data);
    const free = shapes.flatMap(({ region }, i) => (region.rect.x > 9 ? [i] : []));
    const isAlone = (i: number) => shapes.every(({ region }, other) => other === i || region.rect.x > 9);
    for (const i of free.filter(isAlone)) expect(kept[i]).toBe(true);
  }
});

it("counts pixels that shapes of two classes claim once", () => {
  const square = (x: number) => regionFromPredicate({ x, y: 0, width: 4, height: 4 }, () => true);
  const shapes = [
    { id: 1, region: square(0) },
    { id: 2, region: square(2) },
    { id: 2, region: square(3) },
    { id: 1, region: square(2) },
  ];
  expect(paintShapes(10, 10, 0, shapes).disputed).toBe(4 * 5 - 4);
});
