import { bulkActs } from "../../app/decisionLog";
import { whyNotFind } from "../../app/finding";
import { imageOrder } from "../../app/imageOrder";
import { leastRatio } from "../../app/leastRatio";
import { whyNotAccept } from "../../app/reviewing";
import { unfinishedScan, whyNotScan } from "../../app/scanScope";
import { classesOf, standing } from "../../app/session";
import { clamp, ratioLimits } from "../../app/settings";
import { whyNotAgreed } from "../../app/strip";
import { announce } from "../../app/tell";
import { targets } from "../../app/tiles";
import { acceptable } from "../../review/decisions";
import { excludedIn } from "../../review/exclusions";
import { isNoFilter } from "../../review/imageFilter";
import { openRows, openSuggestions, rowMembers, rowsToDecide } from "../../review/queue";
import { CHECKS, FOUND, LIVE } from "../../review/sets";
import { voidPolicies } from "../../review/voidUnderMask";
import type { UiApp } from "../context";
import { isStripOpen } from "../editor/stripOpen";
import { openSet } from "./openSet";
import { type Action, everywhere } from "./types";

const group = "Review";
const nothingSelected = "No suggestion is selected.";
const nothingMasked = "Nothing is masked.";

/** Looking for flaws, rebuilding what is masked and deciding on what was proposed. */
export const reviewActions = {
  accept: {
    label: "Accept object",
    what: "writes its class and takes it out of the mask",
    group,
    keys: [{ code: "Enter", canvasOnly: true }, { key: "y" }],
    isEnabled: (app) => whyNotAcceptSelected(app) === null,
    whyNot: (app) => whyNotAcceptSelected(app) ?? "",
    // Enter closes a polygon that is being drawn: its author means that, not what is selected meanwhile.
    run: ({ canvas, reviewing }, code) => (code === "Enter" && canvas.closeShape()) || reviewing.decide("accept"),
  },
  reject: {
    label: "Reject object",
    what: "the label stays",
    group,
    keys: [{ key: "n" }],
    isEnabled: hasSelection,
    whyNot: () => nothingSelected,
    run: ({ checking, reviewing }) => (checking.isWatched() ? checking.toggle() : reviewing.decide("reject")),
  },
  skip: {
    label: "Skip object",
    what: "decide later",
    group,
    keys: [{ key: "s" }],
    isEnabled: hasSelection,
    whyNot: () => nothingSelected,
    run: ({ reviewing }) => reviewing.decide("skip"),
  },
  "other-class": {
    label: "Other class",
    what: "accept the object with a class of your choice",
    group,
    keys: [{ key: "t" }],
    isEnabled: hasSelection,
    whyNot: () => nothingSelected,
    run: ({ reviewing }) => reviewing.chooseClass(true),
  },
  "pick-ratio": {
    label: "Mask ratio of the strip",
    what: "takes the rows of that candidate",
    group,
    keys: [1, 2, 3, 4, 5].map((place) => ({ code: `Digit${place}`, alt: true })),
    keysText: "Alt+1..5",
    byKeyOnly: true,
    fixedKeys: true,
    run: ({ strip }, code = "") => strip.pick(Number(code.slice(-1)) - 1),
  },
  "accept-agreed": {
    label: "Accept where all ratios agree",
    what: "the pixels that every candidate of the strip changes to the same class, and no others",
    group,
    keys: [],
    isEnabled: ({ strip }) => (strip.store.getState().agreement?.area ?? 0) > 0,
    whyNot: ({ strip }) => whyNotAgreed(strip.store.getState()),
    run: ({ strip }) => strip.acceptAgreed(),
  },
  strip: {
    label: "Mask ratios",
    what: "show or hide candidates at several mask ratios under the picture",
    group: "View",
    keys: [{ key: "m", shift: true }],
    run: ({ settings }) => settings.setState({ stripOpen: !isStripOpen(settings.getState().stripOpen) }),
  },
  "accept-all": {
    label: "Accept all above the threshold",
    what: "what the model is sure of at or above this confidence; specks and pinholes never",
    group,
    keys: [{ code: "Enter", shift: true, canvasOnly: true }],
    isEnabled(app) {
      const settings = app.settings.getState();
      const set = standing(app.session.getState(), settings, openSet(app));
      return set !== null && acceptable(set, settings.threshold).length > 0;
    },
    whyNot: () => "No suggestion that the model is sure of is at or above the threshold.",
    run: ({ reviewing }) => reviewing.acceptAll(),
  },
  "next-suggestion": {
    label: "Next suggestion",
    group,
    keys: [
      { key: "j", repeats: true },
      { code: "Tab", canvasOnly: true, repeats: true },
    ],
    // Without a further suggestion Tab moves on, or the canvas would be a trap for the keyboard.
    run: ({ checking, reviewing }) => (checking.isWatched() ? checking : reviewing).step(1),
  },
  "previous-suggestion": {
    label: "Previous suggestion",
    group,
    keys: [
      { key: "j", shift: true, repeats: true },
      { code: "Tab", shift: true, canvasOnly: true, repeats: true },
    ],
    run: ({ checking, reviewing }) => (checking.isWatched() ? checking : reviewing).step(-1),
  },
  "next-list": {
    label: "Next list to review",
    what: "live, found, checks",
    group,
    keys: [{ key: "u" }],
    run: (app) => stepList(app, 1),
  },
  "previous-list": {
    label: "Previous list to review",
    group,
    keys: [{ key: "u", shift: true }],
    run: (app) => stepList(app, -1),
  },
  "show-live": { ...list("Live list", LIVE), what: "what the model rebuilt under the mask" },
  "show-found": { ...list("Found list", FOUND), what: "what the search for errors found" },
  "show-checks": { ...list("Checks list", CHECKS), what: "what shows without the model" },
  "drop-list": {
    label: "Clear this list",
    what: "drops what is undecided in it; undo brings it back",
    group,
    keys: [],
    isEnabled: (app) => openSet(app) !== null,
    whyNot: () => "The list is empty.",
    run: ({ reviewing }) => reviewing.dropList(),
  },
  "review-queue": {
    label: "Review findings of all images",
    what: "one after the other, the likeliest errors first",
    group,
    keys: [{ key: "q", shift: true }],
    views: everywhere,
    isEnabled: ({ session }) => session.getState().dataset !== null,
    whyNot: () => "No files are open.",
    run: ({ queueing, session }) => (session.getState().view === "queue" ? queueing.close() : queueing.open()),
  },
  "take-back": {
    label: "Take back what was done in several images…",
    what: "what one press accepted, rejected, changed by a rule, relabelled or imported, also at earlier visits",
    group,
    keys: [],
    views: everywhere,
    isEnabled: ({ queueing, lintWall, removing, exchange }) =>
      [removing, exchange].some(({ acts }) => acts.getState().acts.length > 0) ||
      [queueing, lintWall].some(({ acts }) => bulkActs(acts.getState().acts).length > 0),
    whyNot: () => "No press changed the labels of several images, or all of that was taken back.",
    run: ({ session }) => session.setState({ dialog: "acts" }),
  },
  reconstruct: {
    label: "Reconstruct",
    group,
    keys: [],
    isEnabled(app) {
      const { state } = app.session.getState().engine;
      return isMasked(app) && (state === "ready" || state === "busy");
    },
    whyNot: (app) => (isMasked(app) ? "The model is not ready." : nothingMasked),
    run: ({ live }) => void live.run(),
  },
  "find-errors": {
    label: "Find errors",
    group,
    keys: [{ code: "F2" }],
    isEnabled({ session }) {
      const { engine, image, finding } = session.getState();
      return finding === null && whyNotFind(engine, image) === null;
    },
    whyNot({ session }) {
      const { engine, image } = session.getState();
      return whyNotFind(engine, image) ?? "Errors are being looked for already.";
    },
    run: ({ finding }) => void finding.find(),
  },
  "scan-images": {
    label: "Find errors in all images…",
    what: "in the background; it goes on where it stopped when the page is opened again",
    group,
    keys: [],
    views: everywhere,
    isEnabled: ({ session }) => whyNotScan(session.getState()) === null,
    whyNot: ({ session }) => whyNotScan(session.getState()) ?? "",
    run({ scanning, session }) {
      const state = session.getState();
      const { keys } = imageOrder(state);
      const isShown = state.view === "dataset";
      scanning.openSheet({
        ...(isShown && state.tiles.selected.size > 0 ? { selected: targets(state.tiles, keys) } : {}),
        ...(isNoFilter(state.filter) ? {} : { filtered: keys }),
      });
    },
  },
  "pause-scan": {
    label: "Pause or resume the scan",
    group,
    keys: [],
    views: everywhere,
    isEnabled: ({ session }) => unfinishedScan(session.getState().scans) !== null,
    whyNot: () => "No scan is under way.",
    run({ scanning, session }) {
      const scan = unfinishedScan(session.getState().scans);
      if (scan?.record.state === "paused") void scanning.resume(scan.record.id);
      else scanning.pause();
    },
  },
  "show-scans": {
    label: "Scans of this data set",
    what: "how far they are, what failed; resume, cancel, delete",
    group,
    keys: [],
    views: everywhere,
    isEnabled: ({ session }) => session.getState().scans.length > 0,
    whyNot: () => "Nothing was scanned yet.",
    run: ({ session }) => session.setState({ dialog: "scans" }),
  },
  "check-label": {
    label: "Check label",
    what: "what shows without the model: specks, pinholes, smears, unknown ids and colours, empty labels",
    group,
    keys: [],
    run: ({ checking }) => checking.check(),
  },
  "exclude-mask": {
    label: "Exclude from finding",
    what: "never judge the masked area, in all images of this size: the ego-vehicle, a logo. The mask is cleared.",
    group,
    keys: [],
    isEnabled: isMasked,
    whyNot: () => nothingMasked,
    run: ({ excluding }) => excluding.excludeMask(),
  },
  "remove-exclusions": {
    label: "Remove exclusions",
    group,
    keys: [],
    isEnabled(app) {
      const document = openDocument(app);
      return document !== null && excludedIn(app.session.getState().exclusions, document) !== null;
    },
    whyNot: () => "Nothing is excluded in images of this size.",
    run: ({ excluding }) => excluding.removeExclusions(),
  },
  "delete-class": {
    label: "Delete the class painted with",
    what: "asks what becomes of its pixels; labels that hold it are named",
    group: "Tools",
    keys: [],
    run: ({ removing, settings }) => void removing.remove(settings.getState().classId),
  },
  cancel: {
    label: "Stop; then clear the mask",
    group,
    keys: [{ code: "Escape" }],
    fixedKeys: true,
    inStroke: true,
    run: ({ canvas, cancel }) => void (canvas.cancelStroke() || cancel()),
  },
  "void-policy": {
    label: "Void under the mask: auto, keep or fill",
    what: "auto keeps borders up to 8 px wide and rebuilds regions",
    group,
    keys: [],
    run({ settings, session }) {
      const { voidPolicy } = settings.getState();
      const next = voidPolicies[(voidPolicies.indexOf(voidPolicy) + 1) % voidPolicies.length];
      announce(session, `Void under the mask: ${next}`);
      settings.setState({ voidPolicy: next });
    },
  },
  "ratio-down": {
    label: "Mask ratio down",
    group,
    keys: [{ code: "Comma", repeats: true }],
    run: (app) => changeRatio(app, -0.05),
  },
  "ratio-up": {
    label: "Mask ratio up",
    group,
    keys: [{ code: "Period", repeats: true }],
    run: (app) => changeRatio(app, 0.05),
  },
} satisfies Record<string, Action>;

const lists = [LIVE, FOUND, CHECKS];

function list(label: string, name: string): Action {
  return { label, group, keys: [], run: (app) => showList(app, name) };
}

function showList(app: UiApp, name: string): void {
  const document = openDocument(app);
  if (document === null) return;
  app.settings.setState({ panelsOpen: true });
  document.show(name);
  const { length } = rowsToDecide(standing(app.session.getState(), app.settings.getState(), openSet(app)));
  // What the rules find is counted once they have looked.
  announce(app.session, name === CHECKS ? `List ${name}` : `List ${name}: ${length} to decide`);
}

function stepList(app: UiApp, by: 1 | -1): void {
  const at = lists.indexOf(openDocument(app)?.store.getState().shown ?? LIVE);
  showList(app, lists[(at + by + lists.length) % lists.length]);
}

function openDocument({ session }: UiApp) {
  return session.getState().image?.document ?? null;
}

export function isMasked(app: UiApp): boolean {
  return (openDocument(app)?.store.getState().maskedPixels ?? 0) > 0;
}

function hasSelection(app: UiApp): boolean {
  return app.session.getState().selected !== null && openSuggestions(openSet(app)).length > 0;
}

/** Why accepting the selected row would write nothing. */
function whyNotAcceptSelected(app: UiApp): string | null {
  const { session, settings } = app;
  const { selected } = session.getState();
  const set = standing(session.getState(), settings.getState(), openSet(app));
  const row = openRows(set).find(({ id }) => id === selected);
  if (set === null || row === undefined) return nothingSelected;
  return whyNotAccept(rowMembers(set, row));
}

/** Steps from the ratio that is shown, which is never below the masked share. */
function changeRatio({ session, settings, live }: UiApp, change: number): void {
  const { image } = session.getState();
  const least =
    image === null
      ? ratioLimits.min
      : leastRatio(image.document, classesOf(session.getState()), settings.getState().voidPolicy);
  settings.setState(({ ratio }) => {
    const next = clamp(Math.round((Math.max(ratio, least) + change) * 20) / 20, ratioLimits);
    // A step down to where this mask allows none lower leaves a lower choice for the next mask as it is.
    return { ratio: change < 0 ? Math.min(ratio, Math.max(next, least)) : next };
  });
  live.strokeEnded();
}
