import { type Region, regionFromMask, regionFromPredicate } from "../../core/region";
import { FormatError } from "../errors";
import { decodeBrush } from "./labelStudioRle";
import { ringsRegion } from "./rings";

type Json = Readonly<Record<string, unknown>>;

const labelKeys = ["brushlabels", "polygonlabels", "rectanglelabels", "ellipselabels"];

/** Whether a region's value has a label and an area. */
export function drawsArea(value: Json): boolean {
  return labelKeys.some((key) => Array.isArray(value[key]) && value[key].length > 0);
}

/** A region's label; of several the first. */
export function labelOf(value: Json): string {
  const labels = labelKeys.map((key) => value[key]).find((list) => Array.isArray(list) && list.length > 0);
  return String((labels as readonly unknown[])[0]);
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
    return ringsRegion([value.points.map(([x, y]) => place(Number(x), Number(y)))], width, height);
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
