import { Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { ClassShare, RuleReport } from "../../../review/lint/types";
import { useApp } from "../../context";
import { ClassTag } from "../ClassTag";
import classes from "./checks.module.css";

/** Colours of a smeared label are thousands: the rest is shown when asked for. */
const most = 6;

const reasons: Readonly<Record<NonNullable<ClassShare["spared"]>, string>> = {
  thin: "Most of this class is up to 3 px wide here, so small pieces of it were likely drawn on purpose",
  small: "All of this class is small here, so it was likely drawn on purpose",
  few: "Few boundaries of this label look like this, so it was hardly resampled, and these are likely drawn on purpose",
  large: "It covers whole regions: more likely a class that the list lacks",
};

/** The classes the rule is about: a click switches one on or off. */
export function RuleClasses({ report: { rule, classes: shares } }: { readonly report: RuleReport }) {
  const { checking } = useApp();
  const [all, setAll] = useState(false);
  if (shares.length === 0) return null;
  // Of what has no class the area tells more: one region may be a whole object.
  const isOdd = rule === "unknown-ids" || rule === "colours";
  const shown = all ? shares : shares.slice(0, most);
  return (
    <fieldset className={classes.classes} aria-label="Classes it is about">
      {shown.map(({ id, count, pixels, on, spared }) => (
        <UnstyledButton
          key={id}
          className={classes.class}
          aria-pressed={on}
          title={
            spared === null ? "Switches the class on or off in this rule" : `${reasons[spared]}. A click switches it.`
          }
          onClick={() => checking.setClass(rule, id, !on)}
        >
          <ClassTag id={id} />
          <b>{isOdd ? `${pixels.toLocaleString("en")} px` : count.toLocaleString("en")}</b>
          {spared !== null ? <span>({on ? spared : `${spared}, off`})</span> : !on && <span>(off)</span>}
        </UnstyledButton>
      ))}
      {shares.length > most && (
        <UnstyledButton className={classes.more} aria-expanded={all} onClick={() => setAll(!all)}>
          <Text span inherit c="dimmed">
            {all ? "Show fewer" : `+${(shares.length - most).toLocaleString("en")} more`}
          </Text>
        </UnstyledButton>
      )}
    </fieldset>
  );
}
