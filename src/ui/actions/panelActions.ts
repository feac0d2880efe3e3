import { focusClassSearch } from "../panels/classSearch";
import type { Action } from "./types";

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
    what: "show or hide classes, reconstruction and review",
    group,
    keys: [{ key: "b", ctrl: true, shift: true }],
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
} satisfies Record<string, Action>;
