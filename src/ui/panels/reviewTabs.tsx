import type { FunctionComponent } from "react";
import type { OpenImage } from "../../app/session";
import { groupCount } from "../../review/lint/pixelGroups";
import { rowsToDecide } from "../../review/queue";
import { CHECKS, FOUND, LIVE } from "../../review/sets";
import { useDocument, useStanding } from "../context";
import { ChecksPanel } from "./checks/ChecksPanel";
import { useChecks } from "./checks/useChecks";
import { SetReview } from "./SetReview";

/** One of the lists that stand side by side in the review panel. */
interface ReviewTab {
  /** The name that the document shows it by. */
  readonly name: string;
  readonly label: string;
  readonly what: string;
  /** What is still to be decided. */
  useCount(image: OpenImage): number;
  readonly Content: FunctionComponent<{ readonly image: OpenImage; readonly name: string }>;
}

/** All lists, in the order of the tabs. */
export const reviewTabs: readonly ReviewTab[] = [
  setTab(LIVE, "Live", "What the model rebuilt under the mask"),
  setTab(FOUND, "Found", "What the search for errors found"),
  {
    name: CHECKS,
    label: "Checks",
    what: "What shows without the model: specks, pinholes, smears, unknown ids and colours",
    useCount: () => {
      const { report } = useChecks();
      return report?.rules.reduce((sum, { groups }) => sum + groupCount(groups), 0) ?? 0;
    },
    Content: ChecksPanel,
  },
];

/** The list of a SuggestionSet. */
function setTab(name: string, label: string, what: string): ReviewTab {
  return {
    name,
    label,
    what,
    useCount: ({ document }) =>
      rowsToDecide(
        useStanding(
          document,
          useDocument(document, ({ proposals }) => proposals[name] ?? null),
        ),
      ).length,
    Content: SetReview,
  };
}
