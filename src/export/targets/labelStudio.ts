import { isBackgroundName } from "../../formats/annotations/annotationClasses";
import { brushResult } from "../../formats/annotations/labelStudio";
import { escaped } from "../escaped";
import { createTextParts } from "../textParts";
import { cleanNames, nameSentences } from "./numbering";
import { jsonFile, textFile } from "./rasters";
import { type Conversion, type ExportTarget, readImages } from "./types";

const plan = ({ classes }: Conversion) => cleanNames(classes, /(?!)/g);
const isLeftOut = ({ name, ignored }: { readonly name: string; readonly ignored: boolean }) =>
  !ignored && isBackgroundName(name);

/** Label Studio tasks with one brush mask a class, to import as JSON; classes.json keeps ids and colours. */
export const labelStudioTarget: ExportTarget = {
  key: "label-studio",
  name: "Label Studio brush",
  hint: "tasks.json with brush masks, to import",
  cannotHold(conversion) {
    const voids = conversion.classes.filter(({ ignored }) => ignored);
    return [
      "Objects of one class become one region.",
      ...nameSentences(plan(conversion).changed, "Label Studio knows labels by name, each once"),
      ...(conversion.classes.some(isLeftOut) ? ["Background is not drawn: it is what no mask covers."] : []),
      ...(voids.length > 0 ? ["Void is a label like others."] : []),
      "Ids and colours are in classes.json only; the addresses of images must suit your server.",
    ];
  },
  async *files(conversion) {
    const { classes } = plan(conversion);
    const drawn = classes.filter((info) => !isLeftOut(info));
    const tasks = createTextParts();
    let before = "[";
    for await (const { image, at, labels } of readImages(conversion)) {
      const present = new Set(labels.data);
      const result = drawn.filter(({ id }) => present.has(id)).map(({ id, name }) => brushResult(labels, id, name));
      const data = { image: address(`images/${image.name}${image.photoExtension || ".jpg"}`) };
      const annotations = [{ id: at + 1, was_cancelled: false, result }];
      tasks.add(`${before}\n${JSON.stringify({ id: at + 1, data, annotations })}`);
      before = ",";
    }
    tasks.add(before === "[" ? "[\n]\n" : "\n]\n");
    yield { path: "tasks.json", bytes: tasks.blob() };
    yield jsonFile("classes.json", classes);
    const labels = drawn.map(({ name, color }) => `    <Label value="${escaped(name)}" background="rgb(${color})"/>\n`);
    yield textFile(
      "label_config.xml",
      `<View>\n  <Image name="image" value="$image"/>\n  <BrushLabels name="tag" toName="image">\n${labels.join("")}  </BrushLabels>\n</View>\n`,
    );
  },
  photoPath: ({ name, photoExtension }) => `images/${name}${photoExtension}`,
};

/** A path as an address: what would end it, or seem encoded, is encoded. */
function address(path: string): string {
  return path.replace(/[%#?]/g, encodeURIComponent);
}
