import { channelsOf, type PngHeader } from "./header";

/** One reduced image of a PNG: pixels x0 + i * dx, y0 + j * dy. Without interlacing there is one, the image itself. */
export interface PngPass {
  readonly x0: number;
  readonly y0: number;
  readonly dx: number;
  readonly dy: number;
  readonly width: number;
  readonly height: number;
  /** Bytes of one row without its filter byte. */
  readonly rowBytes: number;
}

/** Adam7's seven passes: first column and row, step right and down (PNG specification, 8.2). */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The passes in file order; those without pixels are left out, as in the file. */
export function pngPasses(header: PngHeader): PngPass[] {
  const bitsPerPixel = channelsOf(header.colorType) * header.bitDepth;
  const grids = header.interlaced ? adam7 : ([[0, 0, 1, 1]] as const);
  return grids
    .map(([x0, y0, dx, dy]) => {
      const width = Math.ceil((header.width - x0) / dx);
      const height = Math.ceil((header.height - y0) / dy);
      return { x0, y0, dx, dy, width, height, rowBytes: Math.ceil((width * bitsPerPixel) / 8) };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

/** Bytes of the whole filtered stream: what IDAT must inflate to. */
export function filteredSize(header: PngHeader): number {
  return pngPasses(header).reduce((sum, pass) => sum + pass.height * (1 + pass.rowBytes), 0);
}
