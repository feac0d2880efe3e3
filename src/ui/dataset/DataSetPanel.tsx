import { Anchor, Button, Progress, Text, UnstyledButton } from "@mantine/core";
import { ScanSearch } from "lucide-react";
import { useMemo } from "react";
import { imageCounts } from "../../app/imageOrder";
import { scanToComplete } from "../../app/scanScope";
import { imageCount, problemCounts } from "../../app/summary";
import { announce } from "../../app/tell";
import { type ImageStateName, imageStates } from "../../review/imageFilter";
import { ReasonButton, reasonProps } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { useApp, useSession } from "../context";
import classes from "./dataset.module.css";
import { LintPanel } from "./LintPanel";
import { PairMatrix } from "./PairMatrix";
import { severalText, stateNames } from "./stateTexts";

/** How far the work on the data set is; every count is a filter. */
export function DataSetPanel() {
  return (
    <aside className={classes.panel} aria-label="How far the data set is">
      <ProgressCounts />
      <AskTheModel />
      <PairMatrix />
      <LintPanel />
      <ImportProblems />
    </aside>
  );
}

function ProgressCounts() {
  const { dataSetView, session } = useApp();
  const counts = useSession(imageCounts);
  const total = useSession((state) => state.dataset?.items.length ?? 0);
  const { states } = useSession((state) => state.filter);
  const toggle = (state: ImageStateName): void => {
    const isOn = states.includes(state);
    if (!isOn && counts[state] === 0) announce(session, noneSuch);
    else dataSetView.find({ states: isOn ? states.filter((one) => one !== state) : [state] });
  };
  return (
    <section className={classes.section} aria-label="Progress">
      <Text size="xs" fw={600} component="h2" m={0} mb={8}>
        {`${counts.reviewed.toLocaleString("en")} of ${total.toLocaleString("en")} reviewed`}
      </Text>
      <Progress
        size="sm"
        mb={10}
        value={total === 0 ? 0 : (100 * counts.reviewed) / total}
        color="teal"
        aria-label="Reviewed"
      />
      {imageStates.map((state) => (
        <UnstyledButton
          key={state}
          className={classes.count}
          aria-pressed={states.includes(state)}
          {...reasonProps(counts[state] === 0 && !states.includes(state) ? noneSuch : null)}
          title={counts[state] === 0 ? noneSuch : "Show these images only"}
          onClick={() => toggle(state)}
        >
          <span className={classes.dot} data-state={state} aria-hidden />
          <span className={classes.name}>{stateNames[state]}</span>
          {counts[state].toLocaleString("en")}
        </UnstyledButton>
      ))}
      {counts.several > 0 && (
        <Text size="xs" c="dimmed" mt={6} data-testid="several-states">
          {severalText(counts)}
        </Text>
      )}
    </section>
  );
}

const noneSuch = "No image of the data set is in this state.";

function AskTheModel() {
  const { scanning } = useApp();
  const [scans, summaries] = [useSession((state) => state.scans), useSession((state) => state.summaries)];
  const passed = useMemo(() => scanToComplete({ scans, summaries }), [scans, summaries]);
  const [scan, selfCheck] = [useAction("scan-images"), useAction("self-check")];
  return (
    <section className={classes.section} aria-label="Model">
      <ReasonButton
        variant="default"
        fullWidth
        leftSection={<ScanSearch size={15} />}
        tip={scan.tip}
        whyNot={scan.whyNot}
        onClick={scan.run}
      >
        {scan.label}
      </ReasonButton>
      {passed !== null && (
        <Anchor component="button" size="xs" mt={8} onClick={() => void scanning.resume(passed.record.id)}>
          {`Search ${imageCount(passed.left.length)} that ${passed.record.name} passed over`}
        </Anchor>
      )}
      <Anchor component="button" size="xs" mt={8} title={selfCheck.tip} onClick={selfCheck.run}>
        {selfCheck.label}
      </Anchor>
    </section>
  );
}

function ImportProblems() {
  const { session } = useApp();
  const problems = useSession((state) => state.problems);
  const show = (): void => session.setState({ dialog: "report" });
  return (
    <section className={classes.section} aria-label="Import">
      <Text size="xs" fw={600} component="h2" m={0} mb={6}>
        Import
      </Text>
      {problems.length === 0 ? (
        <Text size="xs" c="dimmed">
          Every file could be used.{" "}
          <Anchor component="button" inherit onClick={show}>
            How they were read
          </Anchor>
        </Text>
      ) : (
        <>
          <Text size="xs" mb={8}>
            {`${problemCounts(problems)}.`}
          </Text>
          <Button variant="default" onClick={show}>
            Import report
          </Button>
        </>
      )}
    </section>
  );
}
