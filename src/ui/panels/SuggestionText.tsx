import { Badge, Text, VisuallyHidden } from "@mantine/core";
import { useMemo } from "react";
import { pixelsOf, type RowShares, restText, rowShares, sharesText } from "../../app/rowShares";
import { areaText, doubtText, keptText, modelPercent, outlineOf, trustText } from "../../app/rowText";
import { classNameOf } from "../../core/classTable";
import type { LabelMap } from "../../core/labelMap";
import type { ReliabilityTable } from "../../model/reliability";
import { proposedClasses } from "../../review/classShares";
import { expectedRight, isDoubtful, shownPercent } from "../../review/doubt";
import { changesSome } from "../../review/queue";
import type { Suggestion } from "../../review/types";
import { useDisplayClasses } from "../context";
import { ClassSwatch, ClassTag } from "./ClassTag";
import classes from "./review.module.css";
import { aboutText } from "./rightText";

/** Beside the first class, whose name is there, so many others are swatches; of more the row says how many. */
const mostSwatches = 2;

interface ChangeProps {
  readonly suggestion: Suggestion;
  readonly labels: LabelMap;
}

/** Old classes, and below them the new ones; the most common first, and how many pixels those have that are too few to name. */
export function Change({ suggestion, labels }: ChangeProps) {
  const { from, fromIds = [from] } = suggestion;
  const outline = outlineOf(suggestion);
  const { restTo, restFrom } = useMemo(() => rowShares(labels, [suggestion]), [labels, suggestion]);
  if (outline !== null) {
    return (
      <span className={classes.change}>
        <span className={classes.from}>
          <Classes ids={outline} />
        </span>
        <span className={classes.to}>outline moves</span>
      </span>
    );
  }
  return (
    <span className={classes.change}>
      <span className={classes.from}>
        <Classes ids={fromIds} />
        <Rest word="of" shares={restFrom} />
      </span>
      <span className={classes.to}>
        <span aria-hidden>→</span>
        <VisuallyHidden> to </VisuallyHidden>
        <Classes ids={proposedClasses(suggestion)} />
        <Rest word="to" shares={restTo} />
      </span>
    </span>
  );
}

interface RestProps {
  readonly word: "to" | "of";
  readonly shares: RowShares["to"];
}

/** "+429", and of which classes. */
function Rest({ word, shares }: RestProps) {
  const text = restText(word, shares, useDisplayClasses());
  if (text === "") return null;
  return (
    <span className={classes.rest} title={`And ${text}`}>
      <span aria-hidden>+{pixelsOf(shares).toLocaleString("en")}</span>
      <VisuallyHidden>, and {text}</VisuallyHidden>
    </span>
  );
}

/** The name of the first class, the colours of the others. */
function Classes({ ids: [first, ...others] }: { readonly ids: readonly number[] }) {
  const table = useDisplayClasses();
  const names = others.map((id) => classNameOf(table, id)).join(", ");
  return (
    <>
      <ClassTag id={first} />
      {others.length > 0 && (
        <span className={classes.others} title={`and ${names}`}>
          {others.slice(0, mostSwatches).map((id) => (
            <ClassSwatch key={id} id={id} />
          ))}
          {others.length > mostSwatches && <span aria-hidden>+{others.length - mostSwatches}</span>}
          <VisuallyHidden>, {names}</VisuallyHidden>
        </span>
      )}
    </>
  );
}

interface FactsProps {
  readonly members: readonly Suggestion[];
  readonly labels: LabelMap;
  readonly reliability: ReliabilityTable | undefined;
}

/** Size, confidence (of several the least), and how often such suggestions are right, or why the old label stays. */
export function Facts({ members, labels, reliability }: FactsProps) {
  const shares = useMemo(() => rowShares(labels, members), [labels, members]);
  const all = sharesText(shares, useDisplayClasses());
  const least = Math.min(...members.map(({ confidence }) => confidence));
  const right = expectedRight(reliability, members);
  const doubtful = members.some(isDoubtful);
  return (
    <>
      <span className={classes.facts}>
        <Text span inherit c="dimmed" title={all}>
          {areaText(members)}
          {members[0].decision === "skipped" && ", skipped"}
        </Text>
        {changesSome(members) && (
          <Badge size="sm" variant="light" color={least >= 0.8 ? "teal" : doubtful ? "red" : "yellow"}>
            {members.length > 1 && "≥ "}
            {shownPercent(least)} %
          </Badge>
        )}
      </span>
      {changesSome(members) ? (
        <Reason members={members} doubtful={doubtful} right={right} />
      ) : (
        <span className={classes.right} title={keptText(members)}>
          {keptText(members)}
        </span>
      )}
    </>
  );
}

interface ReasonProps {
  readonly members: readonly Suggestion[];
  readonly doubtful: boolean;
  readonly right: number | null;
}

/**
 * The last line: what decisions made of the row's confidence, why the old label stays, or how far the row can be trusted; and
 * what it leaves as it is.
 */
function Reason({ members, doubtful, right }: ReasonProps) {
  const alone = modelPercent(members);
  const trust = trustText(members, right === null ? "" : `${aboutText(right)} right`);
  const kept = keptText(members);
  const why = doubtful ? doubtText(members) : right === null ? "" : `${aboutText(right)} such suggestions are right`;
  const full = [alone === null ? "" : `Was ${alone} % before your decisions on these classes`, why, kept];
  return (
    <span className={doubtful ? classes.doubt : classes.right} title={full.filter((text) => text !== "").join("; ")}>
      {/* What stays is of this row alone: where both do not fit, it is read first. */}
      {[kept, trust].filter((text) => text !== "").join("; ")}
    </span>
  );
}
