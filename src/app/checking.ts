import { type ClassTable, classOf } from "../core/classTable";
import { excludedIn } from "../review/exclusions";
import { type LintReport, lintLabel, lintSuggestions } from "../review/lint";
import { CHECKS } from "../review/sets";
import { announce, classesOf, type SessionStore, showInfo } from "./session";
import { pixels } from "./summary";

export interface Checking {
  /** Looks for what needs no model to see (`review/lint`): specks become suggestions, the rest is said. */
  check(): void;
}

export function createChecking(session: SessionStore): Checking {
  return {
    check() {
      const { image, dataset, exclusions } = session.getState();
      if (image === null) return;
      const classes = classesOf(session.getState());
      const { document } = image;
      const { locked } = document.store.getState();
      const excluded = excludedIn(exclusions, document);
      const report = lintLabel(document.labels, classes, dataset?.classes ?? classes, locked, excluded);
      const set = lintSuggestions(document, report);
      if (set !== null) document.propose(set);
      document.show(CHECKS);

      const said = lintFacts(report, classes);
      const count = report.speckCount;
      const specks =
        count === 0
          ? "No specks or pinholes."
          : `${count.toLocaleString("en")} ${count === 1 ? "speck or pinhole" : "specks and pinholes"} of under 16 px.`;
      const portion =
        report.specks.length < count ? ` The first ${report.specks.length} are listed: check again for more.` : "";
      if (said.length > 0) showInfo(session, "Check label", [...said, specks + portion].join(" "));
      else announce(session, `Check label: ${specks}${portion}`);
    },
  };
}

/** What no click can mend, a sentence each: labels that hold nothing, ids that nothing stands for. */
export function lintFacts({ empty, unknown }: LintReport, classes: ClassTable): string[] {
  const said = empty ? ["The label holds a single class or nothing but void: it may not have been drawn yet."] : [];
  for (const { id, pixels: count } of unknown) {
    const name = classOf(classes, id)?.name ?? `id ${id}`;
    said.push(`${pixels(count)} of ${name}: the class list has no id ${id}. Name it there, or mask these pixels.`);
  }
  return said;
}
