import { Badge, Text, VisuallyHidden } from "@mantine/core";
import { areaOf, keptText } from "../../app/rowText";
import type { ReliabilityTable } from "../../model/reliability";
import { proposedClasses } from "../../review/classShares";
import { expectedRight, isDoubtful, shownPercent } from "../../review/doubt";
import type { Suggestion } from "../../review/types";
import { ClassTag } from "./ClassTag";
import classes from "./review.module.css";
import { aboutText } from "./rightText";

/** Of more classes than these the row says how many there are. */
const mostNames = 2;

/** Old classes -> new ones, the most common first. */
export function Change(suggestion: Suggestion) {
  const { from, fromIds = [from] } = suggestion;
  return (
    <span className={classes.change}>
      <Tags ids={fromIds} />
      <Tags ids={proposedClasses(suggestion)} arrow />
    </span>
  );
}

interface TagsProps {
  readonly ids: readonly number[];
  readonly arrow?: boolean;
}

/** The names wrap one by one, the arrow with the first. */
function Tags({ ids, arrow = false }: TagsProps) {
  return (
    <>
      {ids.slice(0, mostNames).map((id, i) => (
        <span key={id} className={classes.name}>
          {arrow && i === 0 && (
            <>
              <span aria-hidden>→ </span>
              <VisuallyHidden>to </VisuallyHidden>
            </>
          )}
          <ClassTag id={id} />{" "}
        </span>
      ))}
      {ids.length > mostNames && <span>+{ids.length - mostNames} </span>}
    </>
  );
}

interface FactsProps {
  readonly members: readonly Suggestion[];
  readonly reliability: ReliabilityTable | undefined;
}

/** Size, confidence (of several the least), and how often such suggestions are right, or why the old label stays. */
export function Facts({ members, reliability }: FactsProps) {
  const least = Math.min(...members.map(({ confidence }) => confidence));
  const right = expectedRight(reliability, members);
  const doubtful = members.some(isDoubtful);
  const kept = keptText(members);
  return (
    <>
      <span className={classes.facts}>
        <Text span inherit c="dimmed">
          {areaOf(members).toLocaleString("en")} px{kept !== "" && `, ${kept}`}
          {members[0].decision === "skipped" && ", skipped"}
        </Text>
        <Badge size="sm" variant="light" color={least >= 0.8 ? "teal" : doubtful ? "red" : "yellow"}>
          {members.length > 1 && "≥ "}
          {shownPercent(least)} %
        </Badge>
      </span>
      {doubtful && (
        <span className={classes.doubt}>
          {members.length > 1 ? "Not sure of all" : members[0].needsHint ? "No visible class fits" : "Not sure"}
        </span>
      )}
      {!doubtful && right !== null && (
        <Text span inherit c="dimmed" title={`${aboutText(right)} such suggestions are right`}>
          {aboutText(right)} right
        </Text>
      )}
    </>
  );
}
