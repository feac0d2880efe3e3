/** In the order in which they are asked. */
export const questionIds = [
  "layout",
  "labels",
  "pairing",
  "overlap",
  "coding",
  "classList",
  "order",
  "sharedColor",
  "nearColors",
  "background",
  "void",
  "offPalette",
] as const satisfies readonly QuestionId[];

/** What can be read in more than one way. */
export type QuestionId =
  /** Which recogniser's reading of the folders. */
  | "layout"
  /** Which of several label sets of the same photographs (ids, colours, instances). */
  | "labels"
  /** What pixels hold: ids or colours, in one channel or in all. */
  | "coding"
  /** Which file names the classes, or none. */
  | "classList"
  /** How names without ids go with the ids that the labels hold. */
  | "order"
  /** Which of several classes in a list has the colour that they share. */
  | "sharedColor"
  /** Whether colours next to listed ones stand for their classes. */
  | "nearColors"
  /** What id 0, or black where no class is black, stands for. */
  | "background"
  /** Whether 255 is void or a class. */
  | "void"
  /** By which rule of names images and labels are joined. */
  | "pairing"
  /** Which annotation counts where two of one image overlap. */
  | "overlap"
  /** What rare values between the common ones are: one group "off-palette", or classes. */
  | "offPalette";

/** One way to read the files. */
export interface ReadingOption {
  /** Stable for the same files: what is kept as the user's choice. */
  readonly value: string;
  /** Short, e.g. "0 is background". */
  readonly text: string;
  /** What in the files speaks for it, e.g. "2 names, and the labels hold 0, 1 and 2". */
  readonly why: string;
}

/** A point at which files can be read in several ways, and the way that was taken. */
export interface ReadingQuestion {
  readonly id: QuestionId;
  /** E.g. "What is id 0?" */
  readonly title: string;
  /** All ways that the files allow, the likeliest first; at least one. */
  readonly options: readonly ReadingOption[];
  /** The value of the one taken. */
  readonly chosen: string;
  /**
   * "clear": the files support no other; only the report says so. "likely": said above the canvas, one click chooses
   * otherwise. "open": nothing speaks for one of them: the user is asked.
   */
  readonly certainty: "clear" | "likely" | "open";
}

/** What the user chose, by question; a value that is no option any more counts as not chosen. */
export type ReadingChoices = ReadonlyMap<QuestionId, string>;

export const noChoices: ReadingChoices = new Map();

/** A question with the user's choice, else the first option. */
export function choose(
  id: QuestionId,
  title: string,
  options: readonly ReadingOption[],
  certainty: ReadingQuestion["certainty"],
  choices: ReadingChoices,
): ReadingQuestion {
  const chosen = options.find(({ value }) => value === choices.get(id)) ?? options[0];
  return { id, title, options, chosen: chosen.value, certainty };
}
