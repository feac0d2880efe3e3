import { focusClassSearch } from "../panels/classSearch";
import { type Action, everywhere } from "./types";

const group = "View";

/** What is beside the picture. */
export const panelActions = {
  "image-list": {
    label: "Image list",
    what: "show or hide the list of images",
    group,
    keys: [{ key: "b", ctrl: true }],
    run: ({ settings }) => settings.setState(({ listOpen }) => ({ listOpen: !listOpen })),
  },
  panels: {
    label: "Panels",
    what: "show or hide what is beside the picture, or the images",
    group,
    keys: [{ key: "b", ctrl: true, shift: true }],
    views: ["dataset", "editor"],
    run: ({ settings }) => settings.setState(({ panelsOpen }) => ({ panelsOpen: !panelsOpen })),
  },
  "find-class": {
    label: "Find class",
    what: "type a part of its name, Enter paints with the first",
    group: "Tools",
    keys: [{ key: "/" }],
    run({ settings }) {
      settings.setState({ panelsOpen: true, classesOpen: true });
      focusClassSearch();
    },
  },
  "self-check": {
    label: "Can I trust it here?",
    what: "hides parts of your own labels, has them rebuilt and says how often that is right",
    group: "Images",
    keys: [],
    views: everywhere,
    isEnabled: ({ session }) => session.getState().dataset !== null,
    whyNot: () => "No files are open.",
    run: ({ session }) => session.setState({ dialog: "self-check" }),
  },
  "how-read": {
    label: "How these files were read",
    what: "which files are labels, what goes with what, what ids stand for; what could not be opened",
    group: "Images",
    keys: [],
    views: everywhere,
    isEnabled: ({ session }) => session.getState().dataset !== null,
    whyNot: () => "No files are open.",
    run: ({ session }) => session.setState({ dialog: "report" }),
  },
} satisfies Record<string, Action>;
