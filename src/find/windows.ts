import { WINDOW_SIZES, type WorkWindow } from "../window/workWindows";

/** The short side of an image is scaled down to at most so many model px. */
export const SHORT_SIDE = 384;

const [SIZE] = WINDOW_SIZES;

/**
 * Windows that cover a whole image, in even steps with the least overlap. A large image is scaled down; one whose short
 * side is below a window's is scaled up to it.
 */
export function planFindWindows(width: number, height: number): WorkWindow[] {
  const short = Math.min(width, height);
  const side = short > SHORT_SIDE ? Math.ceil((SIZE * short) / SHORT_SIDE) : Math.min(SIZE, short);
  const rows = starts(height, side);
  return rows.flatMap((y) => starts(width, side).map((x) => ({ x, y, side, size: SIZE })));
}

/** First px of the fewest stretches of `side` px that cover `length` px. */
function starts(length: number, side: number): number[] {
  const count = Math.ceil(length / side);
  return Array.from({ length: count }, (_, i) => (count === 1 ? 0 : Math.round((i * (length - side)) / (count - 1))));
}
