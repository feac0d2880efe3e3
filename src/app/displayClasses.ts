import type { ClassTable, Rgb } from "../core/classTable";
import { displayPalette } from "../core/palette";
import { classesOf, type Session } from "./session";
import type { Settings } from "./settings";

/** Colours told apart with any of the common colour-vision deficiencies. */
const hues = displayPalette(30);
/** Towards white (above 0) or black: a second class of a hue is lighter, a third darker. */
const steps = [0, 0.45, -0.45, 0.7, -0.65];
const voidGrey: Rgb = [150, 150, 150];

/** The class table in the colours of the screen. Files keep the data set's own: only what draws may use this. */
export function displayClasses(
  session: Pick<Session, "dataset" | "image">,
  { safeColors }: Pick<Settings, "safeColors">,
): ClassTable {
  const classes = classesOf(session);
  if (!safeColors) return classes;
  const known = tables.get(classes) ?? inSafeColors(classes, new Set(session.dataset?.classes.map(({ id }) => id)));
  tables.set(classes, known);
  return known;
}

const tables = new WeakMap<ClassTable, ClassTable>();

/** Void is grey and black stays black: as grounds they would drown the picture in colour. `own` ids come first, so that their colours are the same in all images. */
function inSafeColors(classes: ClassTable, own: ReadonlySet<number>): ClassTable {
  const inOrder = [...classes.filter(({ id }) => own.has(id)), ...classes.filter(({ id }) => !own.has(id))];
  const black = inOrder.find(({ color, ignored }) => !ignored && color.every((part) => part === 0));
  const colored = inOrder.filter((info) => !info.ignored && info !== black);
  const colors = new Map(colored.map(({ id }, place) => [id, safeColor(place)]));
  return classes.map((info) => ({ ...info, color: colors.get(info.id) ?? (info === black ? info.color : voidGrey) }));
}

function safeColor(place: number): Rgb {
  const [r, g, b] = hues[place % hues.length];
  const step = steps[Math.floor(place / hues.length) % steps.length];
  const mixed = (part: number): number => Math.round(part + ((step > 0 ? 255 : 0) - part) * Math.abs(step));
  return [mixed(r), mixed(g), mixed(b)];
}
