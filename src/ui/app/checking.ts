import { classOf } from "../../core/classTable";
import { lintLabel, lintSuggestions } from "../../review/lint";
import type { Live } from "../live/live";
import { announce, type SessionStore, showInfo } from "../state/session";
import { pixels } from "../tools/summary";

export interface Checking {
  /** Looks for what needs no model to see (`review/lint`): crumbs become suggestions, the rest is said. */
  check(): void;
}

export function createChecking(session: SessionStore, live: Live): Checking {
  return {
    check() {
      const { image, classes, dataset } = session.getState();
      if (image === null) return;
      const { document } = image;
      live.cancel();
      const { locked } = document.store.getState();
      const report = lintLabel(document.labels, classes, dataset?.classes ?? classes, locked);
      const set = lintSuggestions(document, report);
      if (set !== null && document.propose(set)) session.setState({ selected: set.suggestions[0].id });

      const said: string[] = [];
      if (report.empty)
        said.push("The label holds a single class or nothing but void: it may not have been drawn yet.");
      for (const { id, pixels: count } of report.unknown) {
        const name = classOf(classes, id)?.name ?? `id ${id}`;
        said.push(`${pixels(count)} of ${name}: the class list has no id ${id}. Name it there, or mask these pixels.`);
      }
      const count = report.crumbCount;
      const crumbs =
        count === 0
          ? "No specks or pinholes."
          : `${count.toLocaleString("en")} ${count === 1 ? "speck or pinhole" : "specks and pinholes"} of under 16 px.`;
      const portion =
        report.crumbs.length < count ? ` The first ${report.crumbs.length} are listed: check again for more.` : "";
      if (said.length > 0) showInfo(session, "Check label", [...said, crumbs + portion].join(" "));
      else announce(session, `Check label: ${crumbs}${portion}`);
    },
  };
}
