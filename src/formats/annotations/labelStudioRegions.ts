import { type Region, regionFromMask, regionFromPredicate } from "../../core/region";
import { FormatError } from "../errors";
import { decodeBrush } from "./labelStudioRle";
import { pairPoints } from "./pairs";
import { type Bounds, boundsOf } from "./placement";
import { ringsRegion } from "./rings";

type Json = Readonly<Record<string, unknown>>;

const labelKeys = ["brushlabels", "polygonlabels", "rectanglelabels", "ellipselabels"];

/** Whether a region's value has a label and an area. */
export function drawsArea(value: Json): boolean {
  return labelKeys.some((key) => Array.isArray(value[key]) && value[key].length > 0);
}

/** A region's label; of several the first. */
export function labelOf(value: Json): string {
  return labelsOf(value)[0];
}

/** The labels that a region was given. */
export function labelsOf(value: Json): readonly string[] {
  const labels = labelKeys.map((key) => value[key]).find((list) => Array.isArray(list) && list.length > 0);
  return (labels as readonly unknown[]).map(String);
}

/** Where a region lies, without its turn; brushes, which fill their image, anywhere in it. */
export function regionBounds(value: Json, width: number, height: number): Bounds | null {
  if (Array.isArray(value.rle)) return { left: 0, top: 0, right: width, bottom: height };
  const place = (x: unknown, y: unknown) => ({ x: (Number(x) * width) / 100, y: (Number(y) * height) / 100 });
  if (Array.isArray(value.points)) return boundsOf([pairPoints(value.points).map(({ x, y }) => place(x, y))]);
  const at = place(value.x, value.y);
  const isEllipse = value.radiusX !== undefined;
  const size = isEllipse ? place(value.radiusX, value.radiusY) : place(value.width, value.height);
  const from = isEllipse ? { x: at.x - size.x, y: at.y - size.y } : at;
  const to = { x: at.x + size.x, y: at.y + size.y };
  const isTurned = Number(value.rotation ?? 0) !== 0;
  // Turned, only where it begins is told without drawing it.
  return boundsOf([isTurned && !isEllipse ? [at, at, { x: at.x + 2, y: at.y + 2 }] : [from, to, to]]);
}

/**
 * A region's pixels. Coordinates are percentages of the image; rectangles and ellipses turn clockwise, by degrees, about
 * their top left corner and their centre.
 * @throws FormatError for masks that are damaged and images turned in Label Studio.
 */
export function labelStudioRegion(value: Json, width: number, height: number): Region {
  const number = (name: string) => Number(value[name] ?? 0);
  if (number("image_rotation") !== 0) {
    throw new FormatError("The image was turned in Label Studio.", "Turn it back there and export again.");
  }
  if (Array.isArray(value.rle)) return regionFromMask({ width, height, data: decodeBrush(value.rle, width, height) });
  const turn = (number("rotation") * Math.PI) / 180;
  const place = (x: number, y: number) => ({ x: (x * width) / 100, y: (y * height) / 100 });
  if (Array.isArray(value.points)) {
    return ringsRegion([pairPoints(value.points).map(({ x, y }) => place(x, y))], width, height);
  }
  const at = place(number("x"), number("y"));
  const turned = (dx: number, dy: number) => ({
    x: at.x + dx * Math.cos(turn) - dy * Math.sin(turn),
    y: at.y + dx * Math.sin(turn) + dy * Math.cos(turn),
  });
  if (value.radiusX !== undefined) {
    const radius = place(number("radiusX"), number("radiusY"));
    return regionFromPredicate({ x: 0, y: 0, width, height }, (column, row) => {
      const [dx, dy] = [column + 0.5 - at.x, row + 0.5 - at.y];
      const along = (dx * Math.cos(turn) + dy * Math.sin(turn)) / radius.x;
      const across = (dy * Math.cos(turn) - dx * Math.sin(turn)) / radius.y;
      return along * along + across * across <= 1;
    });
  }
  const { x: w, y: h } = place(number("width"), number("height"));
  return ringsRegion([[at, turned(w, 0), turned(w, h), turned(0, h)]], width, height);
}
