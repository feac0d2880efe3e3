import { ActionIcon, Anchor, Button, Group, Progress, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { LayoutGrid, ListChecks } from "lucide-react";
import { useState } from "react";
import { checkedAgain, factText, ruleTexts } from "../../app/checkTexts";
import { lintScope } from "../../app/lintScope";
import { type LintSums, lintSums, type RuleSum } from "../../app/lintSums";
import { imageCount, pixels } from "../../app/summary";
import type { LintFact } from "../../review/lint/lintCounts";
import { ReasonButton } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { useApp, useSession } from "../context";
import { openRule } from "../queue/openRule";
import classes from "./dataset.module.css";
import { useLintRun } from "./useLintRun";

/** What the rules say of the labels, without the model; each filters the images, and opens as a wall of crops. */
export function LintPanel() {
  const sums = useSession(lintSums);
  const { checked, total, rules, empty, failed } = sums;
  const isElsewhere = useSession((state) => state.readOnly !== null);
  return (
    <section className={classes.section} aria-label="Lint">
      <Text size="xs" fw={600} component="h2" m={0} mb={6}>
        Lint
      </Text>
      <Text size="xs" c="dimmed" mb={6} title={checkedAgain} data-testid="lint-checked">
        {isElsewhere
          ? "What the rules found is shown in the tab that edits this data set."
          : `${checked.toLocaleString("en")} of ${total.toLocaleString("en")} checked`}
      </Text>
      <Run />
      {checked > 0 && (
        <div>
          {rules.map((sum) => (
            <Rule key={sum.rule} sum={sum} />
          ))}
          <Row fact="empty" count={empty} title="Labels of a single class or nothing but void">
            {empty === 0 ? "none" : empty.toLocaleString("en")}
          </Row>
        </div>
      )}
      {failed.length > 0 && <Failed failed={failed} />}
    </section>
  );
}

/** Begins to look at labels, or says how far that is. */
function Run() {
  const { linting } = useApp();
  const check = useAction("check-labels");
  const run = useLintRun();
  const of = useSession((state) => lintScope(state).of);
  const count = useSession((state) => lintScope(state).keys.length);
  if (run === null) {
    return (
      <ReasonButton
        variant="default"
        fullWidth
        mb={6}
        leftSection={<ListChecks size={15} />}
        tip={check.tip}
        whyNot={check.whyNot}
        onClick={check.run}
      >
        {of === "all" ? check.label : `Check ${count.toLocaleString("en")} ${of} ${count === 1 ? "label" : "labels"}`}
      </ReasonButton>
    );
  }
  const { isRunning, done, total } = run;
  return (
    <>
      <Progress
        size="sm"
        mb={8}
        value={total === 0 ? 0 : (100 * done) / total}
        color={isRunning ? "teal" : "yellow"}
        aria-label="Labels checked"
      />
      <Group gap={6} mb={6} grow>
        <Button variant="default" onClick={isRunning ? linting.pause : linting.resume}>
          {isRunning ? "Pause" : "Resume"}
        </Button>
        <Button variant="default" onClick={linting.cancel}>
          Cancel
        </Button>
      </Group>
    </>
  );
}

function Rule({ sum: { rule, count, pixels: area, images, off } }: { readonly sum: RuleSum }) {
  const app = useApp();
  const { title, what } = ruleTexts[rule];
  const spared = off === 0 ? "" : ` ${off.toLocaleString("en")} more are of classes that the rule leaves alone.`;
  const found = count === 0 ? "" : ` ${pixels(area)}.`;
  return (
    <div className={classes.rule}>
      <Row fact={rule} count={images} title={`${what}${found}${spared}`}>
        {count === 0 ? (off > 0 ? "left alone" : "none") : `${count.toLocaleString("en")} in ${imageCount(images)}`}
      </Row>
      {count > 0 && (
        <Tooltip label={`${title}: crops from all images, and what to do about them`}>
          <ActionIcon size={24} aria-label={`Crops of ${title.toLowerCase()}`} onClick={() => openRule(app, rule)}>
            <LayoutGrid size={14} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}

interface RowProps {
  readonly fact: LintFact;
  /** Images that it is true of. */
  readonly count: number;
  readonly title: string;
  readonly children: string;
}

/** A press shows the images that it is true of. */
function Row({ fact, count, title, children }: RowProps) {
  const { dataSetView } = useApp();
  const isOn = useSession((state) => state.filter.lint === fact);
  return (
    <UnstyledButton
      className={classes.count}
      aria-pressed={isOn}
      disabled={count === 0 && !isOn}
      title={title}
      onClick={() => dataSetView.find({ lint: isOn ? null : fact })}
    >
      <span className={classes.name}>{factText(fact)}</span>
      {children}
    </UnstyledButton>
  );
}

/** So many are named at first. */
const mostNamed = 3;

function Failed({ failed }: Pick<LintSums, "failed">) {
  const [all, setAll] = useState(false);
  const shown = all ? failed : failed.slice(0, mostNamed);
  return (
    <div className={classes.failed}>
      <Text size="xs" component="h3" fw={600} m={0}>
        {`${imageCount(failed.length)} could not be checked`}
      </Text>
      <ul aria-label="Labels that could not be checked">
        {shown.map(({ name, reason }) => (
          <li key={name}>
            <b>{name}</b>: {reason}
          </li>
        ))}
      </ul>
      {failed.length > mostNamed && (
        <Anchor component="button" size="xs" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `+${failed.length - mostNamed} more`}
        </Anchor>
      )}
    </div>
  );
}
