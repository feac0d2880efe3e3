export { isPng } from "./chunks";
export { decodePng, type PngImage } from "./decode";
export { type HeadChange, replacePixels } from "./encode";
export { channelsOf, type PngHeader, pngColorType, pngHeaderBytes, readPngHeader } from "./header";
