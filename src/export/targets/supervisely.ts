import { rgbToHex } from "../../core/palette";
import { isBackgroundName } from "../../formats/annotations/annotationClasses";
import { bitmapObject } from "../../formats/annotations/supervisely";
import { cleanNames, nameSentences } from "./numbering";
import { jsonFile } from "./rasters";
import { type Conversion, type ExportTarget, readImages, type TargetImage } from "./types";

const plan = ({ classes }: Conversion) => cleanNames(classes, /(?!)/g);
const fileNameOf = ({ name, photoExtension }: TargetImage) => `${name}${photoExtension || ".jpg"}`;

/** A Supervisely project: meta.json, SPLIT/img, SPLIT/ann with one bitmap a class. */
export const superviselyTarget: ExportTarget = {
  key: "supervisely",
  name: "Supervisely project",
  hint: "meta.json, img, ann with bitmaps",
  cannotHold(conversion) {
    const hasBackground = conversion.classes.some(({ name, ignored }) => !ignored && isBackgroundName(name));
    return [
      "Objects of one class become one bitmap.",
      ...nameSentences(plan(conversion).changed, "Supervisely knows classes by title, each once"),
      "Ids are not kept, only names and colours.",
      ...(hasBackground ? ["Background is not drawn: it is what no object covers."] : []),
      ...(conversion.classes.some(({ ignored }) => ignored) ? ["Void is a class like others."] : []),
    ];
  },
  async *files(conversion) {
    const { classes } = plan(conversion);
    const drawn = classes.filter(({ name, ignored }) => ignored || !isBackgroundName(name));
    for await (const { image, labels } of readImages(conversion)) {
      const present = new Set(labels.data);
      const objects = drawn.filter(({ id }) => present.has(id)).map(({ id, name }) => bitmapObject(labels, id, name));
      const size = { height: image.height, width: image.width };
      yield jsonFile(`${image.split}/ann/${fileNameOf(image)}.json`, { description: "", tags: [], size, objects });
    }
    yield jsonFile("meta.json", {
      classes: drawn.map(({ name, color }) => ({ title: name, shape: "bitmap", color: rgbToHex(color).toUpperCase() })),
      tags: [],
    });
  },
  photoPath: (image) => `${image.split}/img/${fileNameOf(image)}`,
};
