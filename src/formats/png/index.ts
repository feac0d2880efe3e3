export { isPng } from "./chunks";
export { decodePng } from "./decode";
export { replacePixels } from "./encode";
export { channelsOf, type PngHeader, pngColorType, readPngHeader } from "./header";
