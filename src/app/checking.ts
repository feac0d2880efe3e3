import { createStore, type StoreApi } from "zustand/vanilla";
import { classNameOf } from "../core/classTable";
import { growRect } from "../core/rect";
import { applyRule } from "../review/lint/applyRule";
import type { Linter } from "../review/lint/lintJob";
import { groupCount, groupKey, groupRegion, placeOf } from "../review/lint/pixelGroups";
import { classKey, type LintReport, type RuleName, type RuleReport } from "../review/lint/types";
import { CHECKS } from "../review/sets";
import { actionText, reportText, ruleTexts, takenOf } from "./checkTexts";
import { followDocument } from "./followDocument";
import { lintJob } from "./lintJob";
import { type Live, rebuildAfter } from "./live";
import { classesOf, type SessionStore } from "./session";
import { clamp, lintSizeLimits, type SettingsStore } from "./settings";
import { pixels } from "./summary";
import { announce, showError } from "./tell";

/** What the rules say of the open label, and what the user makes of it. Recomputed, never kept. */
export interface Checks {
  /** Null until the label was looked at. */
  readonly report: LintReport | null;
  /** The report is of the label as it is: its rules may be applied. */
  readonly isCurrent: boolean;
  /** Classes that the user switched on or off, by `classKey`. */
  readonly classes: ReadonlyMap<string, boolean>;
  /** The rule that is looked at. */
  readonly rule: RuleName | null;
  /** Which of its groups is gone to, by the pixel that names it. */
  readonly selected: number | null;
  /** Groups that the action leaves alone, by `groupName`. */
  readonly leftOut: ReadonlySet<string>;
}

export interface Checking {
  readonly store: StoreApi<Checks>;
  /** Shows the checks, looks at the label, and says what was found once it is. */
  check(): void;
  /** Keeps the report up to date, and its places outlined, until the returned function is called. */
  watch(): () => void;
  /** Whether somebody looks at the checks: keys that step and decide are about them then. */
  isWatched(): boolean;
  openRule(rule: RuleName | null): void;
  /** Goes to the next (1) or previous (-1) place of the rule; false when there is none in that direction. */
  step(direction: 1 | -1): boolean;
  /** Leaves a group of the rule out of its action, or takes it back in; by default the one gone to. */
  toggle(key?: number | null): void;
  setClass(rule: RuleName, id: number, on: boolean): void;
  /** The largest pinhole or speck to name, px. */
  setSize(rule: "pinholes" | "specks", size: number): void;
  /** Does what the rule proposes, as one undo step. */
  apply(rule: RuleName): void;
}

/** Names a group of a rule. */
export function groupName(rule: RuleName, key: number): string {
  return `${rule} ${key}`;
}

/** The rule's report, if it can exist for the label. */
export function ruleReport({ report }: Pick<Checks, "report">, rule: RuleName | null): RuleReport | undefined {
  return report?.rules.find((one) => one.rule === rule);
}

/** A stroke changes the label often: it is looked at so long after the last change, ms. */
const pause = 300;

/** More outlines than these would slow the canvas down and tell nothing. */
const mostMarks = 2000;

/** How far around a place the view reaches at least, px: a pinhole alone would fill the screen. */
const context = 12;

const nothing: Checks = {
  report: null,
  isCurrent: false,
  classes: new Map(),
  rule: null,
  selected: null,
  leftOut: new Set(),
};

export function createChecking(
  session: SessionStore,
  settings: SettingsStore,
  linter: Linter,
  live: Pick<Live, "strokeEnded">,
): Checking {
  const store = createStore<Checks>(() => nothing);
  let watchers = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isRunning = false;
  let saysResult = false;

  const document = () => session.getState().image?.document ?? null;

  /** The report is of an older label or of other settings now. */
  function outdate(delay = pause): void {
    if (store.getState().isCurrent) store.setState({ isCurrent: false });
    clearTimeout(timer);
    if (watchers > 0 || saysResult) timer = setTimeout(() => void run(), delay);
  }

  async function run(): Promise<void> {
    const { image, dataset } = session.getState();
    // What runs already runs again when it ends and something changed.
    if (image === null || dataset === null || isRunning) return;
    const { pinholes, specks } = settings.getState();
    const { classes } = store.getState();
    const before = stamp();
    isRunning = true;
    try {
      const { locked } = image.document.store.getState();
      const job = lintJob(session.getState(), dataset, image, locked);
      const report = await linter.lint(job, { pinholes, specks, classes });
      isRunning = false;
      if (before.some((part, i) => part !== stamp()[i])) return outdate(0);
      store.setState({ report, isCurrent: true });
      if (saysResult) announce(session, `Check label: ${reportText(report)}`);
    } catch (error) {
      isRunning = false;
      showError(session, "The label could not be checked", error);
    }
    saysResult = false;
  }

  /** All that a report depends on. */
  function stamp(): readonly unknown[] {
    const { image, exclusions } = session.getState();
    const { pinholes, specks } = settings.getState();
    const state = image?.document.store.getState();
    const classes = classesOf(session.getState());
    return [image, state?.version, state?.locked, exclusions, classes, pinholes, specks, store.getState().classes];
  }

  followDocument(session, {
    opened() {
      store.setState({ report: null, isCurrent: false, selected: null, leftOut: new Set() });
      outdate(0);
    },
    changed(now, before) {
      if (now.version !== before.version || now.locked !== before.locked) outdate();
    },
  });
  session.subscribe((now, before) => {
    if (now.dataset?.id !== before.dataset?.id) store.setState(nothing);
    if (now.exclusions !== before.exclusions || classesOf(now) !== classesOf(before)) outdate();
  });
  settings.subscribe((now, before) => {
    if (now.pinholes !== before.pinholes || now.specks !== before.specks) outdate();
  });
  store.subscribe((now, before) => {
    if (now.classes !== before.classes) outdate(0);
    mark();
  });

  /** Outlines what the open rule would change. */
  function mark(): void {
    const open = document();
    const { rule, isCurrent, leftOut, selected } = store.getState();
    const groups = ruleReport(store.getState(), rule)?.groups;
    if (watchers === 0 || open === null || rule === null || groups === undefined || !isCurrent) {
      if (session.getState().marks !== null) session.setState({ marks: null });
      return;
    }
    const places = Array.from({ length: Math.min(groupCount(groups), mostMarks) }, (_, group) => group);
    const taken = places.filter((group) => !leftOut.has(groupName(rule, groupKey(groups, group))));
    const at = placeOf(groups, selected);
    session.setState({
      marks: {
        regions: taken.map((group) => groupRegion(groups, group, open.width)),
        current: at < 0 ? null : groupRegion(groups, at, open.width),
      },
    });
  }

  function openRule(rule: RuleName | null): void {
    store.setState({ rule, selected: null });
  }

  return {
    store,
    isWatched: () => watchers > 0,
    check() {
      const open = document();
      if (open === null) return;
      saysResult = true;
      settings.setState({ panelsOpen: true });
      open.show(CHECKS);
      outdate(0);
    },
    watch() {
      watchers++;
      if (!store.getState().isCurrent) outdate(0);
      mark();
      return () => {
        watchers--;
        mark();
      };
    },
    openRule,
    step(direction) {
      const open = document();
      const { report, isCurrent } = store.getState();
      if (open === null || report === null || !isCurrent) return false;
      const first = report.rules.find(({ groups }) => groupCount(groups) > 0);
      const { rule, groups } = ruleReport(store.getState(), store.getState().rule) ?? first ?? {};
      if (rule === undefined || groups === undefined) return false;
      const count = groupCount(groups);
      const at = placeOf(groups, store.getState().selected);
      const next = at < 0 ? (direction > 0 ? 0 : count - 1) : at + direction;
      if (next < 0 || next >= count) return false;
      const key = groupKey(groups, next);
      store.setState({ rule, selected: key });
      const { rect } = groupRegion(groups, next, open.width);
      session.setState({ lookAt: growRect(rect, context) });
      const names = classesOf(session.getState());
      const change = `${classNameOf(names, open.labels.data[key])} to ${classNameOf(names, groups.to[groups.starts[next]])}`;
      const area = groups.starts[next + 1] - groups.starts[next];
      const isOut = store.getState().leftOut.has(groupName(rule, key)) ? ", left out" : "";
      announce(session, `${ruleTexts[rule].title}, ${next + 1} of ${count}: ${change}, ${pixels(area)}${isOut}`);
      return true;
    },
    toggle(key = store.getState().selected) {
      const { rule } = store.getState();
      if (rule === null || key === null) return announce(session, "No place of a rule is selected.");
      const leftOut = new Set(store.getState().leftOut);
      const wasOut = leftOut.delete(groupName(rule, key));
      if (!wasOut) leftOut.add(groupName(rule, key));
      store.setState({ leftOut });
      announce(session, wasOut ? "Taken back in" : "Left out");
    },
    setClass(rule, id, on) {
      store.setState(({ classes }) => ({ classes: new Map(classes).set(classKey(rule, id), on) }));
    },
    setSize(rule, size) {
      settings.setState({ [rule]: clamp(Math.round(size), lintSizeLimits) });
    },
    apply(rule) {
      const open = document();
      const report = ruleReport(store.getState(), rule);
      const { isCurrent, leftOut } = store.getState();
      if (open === null || report === undefined || !isCurrent) {
        return announce(session, "The label is being looked at. Try again in a moment.");
      }
      const isOut = (key: number): boolean => leftOut.has(groupName(rule, key));
      const taken = takenOf(report.groups, isOut);
      const name = actionText(rule, taken, settings.getState(), classesOf(session.getState()));
      const changed = rebuildAfter(live, open, () => applyRule(open, report, isOut, name));
      announce(session, changed === 0 ? "Nothing to change." : `Done: ${name}. ${pixels(changed)} changed.`);
    },
  };
}
