import { ade20kTarget } from "./ade20k";
import { camvidTarget } from "./camvid";
import { cityscapesTarget } from "./cityscapes";
import { cocoTarget, panopticTarget } from "./coco";
import { cvatTarget } from "./cvat";
import { labelStudioTarget } from "./labelStudio";
import { mmsegTarget } from "./mmseg";
import { huggingFaceTarget, plainTarget } from "./plain";
import { superviselyTarget } from "./supervisely";
import type { ExportTarget } from "./types";
import { vocTarget } from "./voc";

export type { Conversion, ExportTarget, TargetImage } from "./types";

/** Every format that a data set can be converted to. */
export const exportTargets: readonly ExportTarget[] = [
  plainTarget,
  vocTarget,
  cvatTarget,
  cocoTarget,
  panopticTarget,
  labelStudioTarget,
  superviselyTarget,
  cityscapesTarget,
  camvidTarget,
  ade20kTarget,
  mmsegTarget,
  huggingFaceTarget,
];
