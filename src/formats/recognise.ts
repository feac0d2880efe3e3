import { camvidColors, camvidSegnet } from "./camvid";
import { cityscapes } from "./cityscapes";
import { idd } from "./idd";
import type { FileRoles, Layout } from "./layout";
import { plainFolders, plainSideBySide } from "./plain";
import { voc } from "./voc";

/** Strictest first: the looser ones would claim the files of the stricter ones. */
const layouts: readonly Layout[] = [voc, cityscapes, idd, camvidSegnet, camvidColors, plainFolders, plainSideBySide];

/** The first layout that knows the paths, or null. */
export function recogniseLayout(paths: readonly string[]): FileRoles | null {
  for (const layout of layouts) {
    const roles = layout(paths);
    if (roles) return roles;
  }
  return null;
}
