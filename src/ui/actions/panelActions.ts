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
} satisfies Record<string, Action>;
