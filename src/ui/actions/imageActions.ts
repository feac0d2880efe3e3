import { imageOrder } from "../../app/imageOrder";
import type { ExportKind } from "../../app/output";
import type { UiApp } from "../context";
import { palette } from "../palette/paletteStore";
import { chooseFile } from "./chooseFile";
import { type Action, everywhere } from "./types";

const group = "Images";
const noDataset = "No data set is open.";

/** Going from image to image, and what goes for all of them. */
export const imageActions = {
  "next-image": {
    label: "Next image",
    group,
    keys: [
      { code: "ArrowRight", repeats: true },
      { code: "KeyD", repeats: true },
    ],
    isEnabled: (app) => neighbour(app, 1) !== null,
    whyNot: () => "This is the last image.",
    run: ({ images }) => images.step(1),
  },
  "previous-image": {
    label: "Previous image",
    group,
    keys: [
      { code: "ArrowLeft", repeats: true },
      { code: "KeyA", repeats: true },
    ],
    isEnabled: (app) => neighbour(app, -1) !== null,
    whyNot: () => "This is the first image.",
    run: ({ images }) => images.step(-1),
  },
  "next-unreviewed": {
    label: "Next unreviewed image",
    group,
    keys: [{ code: "KeyD", shift: true }],
    run: ({ images }) => images.nextUnreviewed(),
  },
  "turn-picture": {
    label: "Turn the picture",
    what: "by a half, or a quarter where its label is square; nothing in the files changes",
    group,
    keys: [],
    isEnabled: ({ session }) => (session.getState().image?.photo ?? null) !== null,
    whyNot: () => "There is no picture.",
    run: ({ turning }) => void turning.turnPicture(),
  },
  save: {
    label: "Save",
    group,
    keys: [{ key: "s", ctrl: true }],
    views: everywhere,
    isEnabled: hasDataset,
    whyNot: () => noDataset,
    run: ({ output }) => void output.save(),
  },
  "export-label": {
    ...exporting("This label as a file", "png"),
    isEnabled: hasImage,
    whyNot: () => "No image is open.",
    views: ["editor"],
  },
  "export-changed": exporting("Changed labels as zip", "changed"),
  "export-all": exporting("All labels as zip", "all"),
  "export-as": {
    label: "Export as...",
    what: "the whole data set in another format",
    group,
    keys: [],
    views: everywhere,
    isEnabled: hasDataset,
    whyNot: () => noDataset,
    run: ({ session }) => session.setState({ dialog: "export-as" }),
  },
  "export-changes": exporting("List of changes (changes.json)", "changes"),
  "export-report": exporting("Report", "report", "a page and tables: what was changed, by whom, how sure"),
  "export-suggestions": {
    label: "Suggestions (suggestions.jsonl)",
    what: "what was found in all images, to be reviewed elsewhere",
    group,
    keys: [],
    views: everywhere,
    isEnabled: ({ session }) => session.getState().dataset !== null,
    whyNot: () => noDataset,
    run: ({ exchange }) => void exchange.exportSuggestions(),
  },
  "export-decisions": {
    label: "Decisions (decisions.jsonl)",
    what: "what was done to the labels of all images, for somebody who works on the same data set",
    group,
    keys: [],
    views: everywhere,
    isEnabled: ({ session }) => session.getState().dataset !== null,
    whyNot: () => noDataset,
    run: ({ exchange }) => void exchange.exportDecisions(),
  },
  import: {
    label: "Import suggestions or decisions...",
    what: "what lmae.find or somebody else found in this data set, or did to its labels",
    group,
    keys: [],
    views: everywhere,
    isEnabled: ({ session }) => session.getState().dataset !== null,
    whyNot: () => noDataset,
    run: ({ exchange }) => chooseFile((file) => void exchange.importFile(file)),
  },
  "command-palette": {
    label: "Command palette",
    what: "find and run any command",
    group,
    keys: [
      { key: "k", ctrl: true },
      { key: "p", ctrl: true },
    ],
    views: everywhere,
    run: () => palette.open(),
  },
  settings: {
    label: "Settings",
    what: "how the app looks and works, and its keys",
    group,
    keys: [{ code: "Comma", ctrl: true }],
    views: everywhere,
    run: ({ session }) => session.setState({ dialog: "settings" }),
  },
  "import-report": {
    label: "Import report",
    what: "what could not be opened, and why",
    group,
    keys: [],
    views: everywhere,
    run: ({ session }) => session.setState({ dialog: "report" }),
  },
  asides: {
    label: "Work set aside",
    what: "earlier work that does not fit its label any more: look at it, apply it, download it, drop it",
    group,
    keys: [],
    views: everywhere,
    isEnabled: hasDataset,
    whyNot: () => "No files are open.",
    run: ({ session }) => session.setState({ dialog: "asides" }),
  },
  about: {
    label: "About",
    what: "version, licences and the model",
    group,
    keys: [],
    views: everywhere,
    run: ({ session }) => session.setState({ dialog: "about" }),
  },
  "start-screen": {
    label: "Start screen",
    what: "open something else; work is kept",
    group,
    keys: [],
    views: everywhere,
    run: ({ files }) => void files.close(),
  },
  "show-keys": {
    label: "List of keys",
    group,
    keys: [{ key: "?" }],
    views: everywhere,
    run: ({ session }) => session.setState({ dialog: "keys" }),
  },
} satisfies Record<string, Action>;

function neighbour({ session }: UiApp, direction: 1 | -1): number | null {
  return imageOrder(session.getState()).neighbour(session.getState().index, direction);
}

function hasDataset({ session }: UiApp): boolean {
  return session.getState().dataset !== null;
}

function hasImage({ session }: UiApp): boolean {
  return session.getState().image !== null;
}

function exporting(label: string, kind: ExportKind, what?: string): Action {
  return {
    label,
    ...(what === undefined ? {} : { what }),
    group,
    keys: [],
    views: everywhere,
    isEnabled: hasDataset,
    whyNot: () => noDataset,
    run: ({ output }) => void output.export(kind),
  };
}
