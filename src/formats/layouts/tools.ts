import { counted } from "../../core/counted";
import { type LabelSet, noMeaning, type Recogniser } from "../layout";
import { baseName, foldersOf } from "../paths";
import { readByRoles } from "../plain";

/** Supervisely: PROJECT/DATASET/{img,ann,masks_machine,masks_human} with meta.json; machine masks hold ids. */
export const supervisely: Recogniser = ({ paths, pictures }) => {
  const under = (name: RegExp) => pictures.filter((path) => foldersOf(path).some((folder) => name.test(folder)));
  const [machine, human] = [under(/^masks_machine$/i), under(/^masks_human$/i)];
  const images = under(/^img$/i);
  const sets: LabelSet[] = [
    { name: "masks_machine", labels: machine, form: "ids" as const, what: "ids of classes" },
    { name: "masks_human", labels: human, form: "colors" as const, what: "a picture of the labels for viewing" },
  ].filter(({ labels }) => labels.length > 0);
  if (sets.length === 0 || images.length === 0) return [];
  const hasMeta = paths.some((path) => baseName(path).toLowerCase() === "meta.json");
  const against = hasMeta ? [] : ["There is no meta.json."];
  const evidence = {
    for: [`masks_machine holds ${counted(machine.length, "label")}, img ${counted(images.length, "photograph")}.`],
    against,
  };
  return [{ layout: "Supervisely", images, sets, meaning: noMeaning, evidence, score: 0.95 }];
};

/** Roboflow's semantic masks: x.jpg with x_mask.png in train, valid and test, and _classes.csv in each. */
export const roboflow: Recogniser = async ({ paths }) => {
  const lists = paths.filter((path) => baseName(path).toLowerCase() === "_classes.csv");
  const isOwn = lists.length > 0 && paths.some((path) => /_mask\.png$/i.test(path));
  const reading = isOwn ? await readByRoles(paths) : null;
  const evidence = { for: ["_classes.csv is there, and labels are named _mask.png."], against: [] };
  return reading === null ? [] : [{ ...reading, layout: "Roboflow", evidence, score: 0.9 }];
};
