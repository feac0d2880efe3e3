import { Button, Checkbox, Group, Modal, MultiSelect, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import type { ScanEstimate, ScanPlan } from "../../app/scanning";
import { type ScanScope, scanScope, unfinishedScan } from "../../app/scanScope";
import type { Session } from "../../app/session";
import { imageCount } from "../../app/summary";
import { durationText } from "../../app/timeLeft";
import type { ClassTable } from "../../core/classTable";
import { excludedArea } from "../../review/exclusions";
import { ReasonButton } from "../a11y/ReasonButton";
import { useApp, useSession } from "../context";
import classes from "./scan.module.css";

type Meant = "all" | "filtered" | "selected";
const noClasses: ClassTable = [];

/** What is to be searched for errors, and what that would take. */
export function ScanDialog() {
  const { session, scanning } = useApp();
  const dataset = useSession((state) => state.dataset);
  const { selected, filtered } = useSession((state) => state.scanMeant);
  const summaries = useSession((state) => state.summaries);
  const exclusions = useSession((state) => state.exclusions);
  const scans = useSession((state) => state.scans);
  const running = unfinishedScan(scans);
  const [meant, setMeant] = useState<Meant>(() => {
    const has = (keys: readonly string[] | undefined) => keys && scanScope({ dataset, summaries }, keys, false).keys[0];
    return has(selected) ? "selected" : has(filtered) ? "filtered" : "all";
  });
  const [again, setAgain] = useState(false);
  const [ignored, setIgnored] = useState<readonly string[]>([]);
  const [keepsExclusions, setKeepsExclusions] = useState(true);
  const [name, setName] = useState(() => nextName(scans));
  const scope = useMemo(() => {
    const all = dataset?.items.map(({ key }) => key) ?? [];
    return scanScope(
      { dataset, summaries },
      { all, filtered: filtered ?? all, selected: selected ?? all }[meant],
      again,
    );
  }, [dataset, summaries, filtered, selected, meant, again]);
  const plan: ScanPlan = {
    name: name.trim() === "" ? nextName(scans) : name.trim(),
    keys: scope.keys,
    options: { ignoredClasses: ignored.map(Number), keepsExclusions },
  };
  if (dataset === null) return null;
  const close = (): void => session.setState({ dialog: null });
  const start = (): void => {
    close();
    void scanning.start(plan);
  };
  const classTable = dataset.classes.length <= 256 ? dataset.classes.filter((one) => !one.ignored) : noClasses;
  return (
    <Modal opened onClose={close} title="Find errors in many images" size={620}>
      <Stack gap="md">
        {(filtered !== undefined || selected !== undefined) && (
          <Radio.Group value={meant} onChange={(value) => setMeant(value as Meant)} label="Images">
            <Group gap="lg" mt={6}>
              <Radio value="all" label={`All (${dataset.items.length})`} />
              {filtered !== undefined && <Radio value="filtered" label={`Filtered (${filtered.length})`} />}
              {selected !== undefined && <Radio value="selected" label={`Selected (${selected.length})`} />}
            </Group>
          </Radio.Group>
        )}
        <Stack gap={6}>
          <Text size="sm" data-testid="scan-scope">
            {scopeText(scope)}
          </Text>
          <Checkbox
            checked={again}
            onChange={(event) => setAgain(event.currentTarget.checked)}
            label="Also images that were searched or reviewed before"
            description="What was found there and is not decided yet is found anew; what you rejected does not come back"
          />
        </Stack>
        {classTable.length > 1 && (
          <MultiSelect
            label="Classes to ignore"
            description="Nothing is found in them, and they are not proposed"
            placeholder={ignored.length === 0 ? "None" : ""}
            data={classTable.map((one) => ({ value: String(one.id), label: one.name }))}
            value={[...ignored]}
            onChange={setIgnored}
            searchable
            clearable
          />
        )}
        <Checkbox
          checked={keepsExclusions && exclusions.length > 0}
          disabled={exclusions.length === 0}
          onChange={(event) => setKeepsExclusions(event.currentTarget.checked)}
          label="Leave out what is excluded from finding"
          description={`${exclusionText(exclusions)} Void is never judged, nor proposed.`}
        />
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={60} />
        {scope.keys.length > 0 && <Estimate plan={plan} />}
      </Stack>
      <Group justify="space-between" mt="md">
        <Text size="xs" c="dimmed" maw={300}>
          {running?.record.state === "running"
            ? `${running.record.name} is running: it is paused for this one.`
            : "It runs in the background. You can go on working, and close the page."}
        </Text>
        <Group gap="sm">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <ReasonButton
            onClick={start}
            whyNot={scope.keys.length === 0 ? "No image is left to be searched: see above what is left out." : null}
          >
            Start scan
          </ReasonButton>
        </Group>
      </Group>
    </Modal>
  );
}

/** Times two images of the plan as it was when there was first something to search: what is chosen later changes their number, not their time. */
function Estimate({ plan }: { readonly plan: ScanPlan }) {
  const { scanning } = useApp();
  const [first] = useState(plan);
  const [step, setStep] = useState("Preparing");
  const [estimate, setEstimate] = useState<ScanEstimate | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    scanning
      .estimate(first, abort.signal, setStep)
      .then((found) => found !== null && setEstimate(found))
      .catch((error: unknown) => setStep(`Not known: ${error instanceof Error ? error.message : String(error)}`));
    return () => abort.abort();
  }, [scanning, first]);
  const count = plan.keys.length;
  return (
    <Stack className={classes.estimate} gap={4} data-testid="scan-estimate">
      <Text size="sm" fw={600}>
        {estimate === null
          ? `How long it takes: ${step}…`
          : `About ${durationText(estimate.msAnImage * count)} for ${imageCount(count)} on this machine.`}
      </Text>
      {estimate?.reliability && (
        <Text size="xs" c="dimmed">
          {`Of the 10 surest findings about ${Math.round(10 * (estimate.reliability.at(-1)?.[1] ?? 0))} are real, by the images the model was checked with. You decide on each.`}
        </Text>
      )}
    </Stack>
  );
}

function nextName(scans: Session["scans"]): string {
  const numbers = scans.map(({ record }) => Number(/^Scan (\d+)$/.exec(record.name)?.[1] ?? 0));
  return `Scan ${Math.max(0, ...numbers) + 1}`;
}

function scopeText({ keys, known, withoutPicture, excluded }: ScanScope): string {
  const left = [
    known > 0 ? `${known} searched or reviewed before` : "",
    withoutPicture > 0 ? `${withoutPicture} without a photograph` : "",
    excluded > 0 ? `${excluded} excluded by you` : "",
  ].filter((text) => text !== "");
  const aside = left.length === 0 ? "" : ` Left out: ${left.join(", ")}.`;
  return `${keys.length === 0 ? "No image" : imageCount(keys.length)} will be searched.${aside}`;
}

function exclusionText(exclusions: Session["exclusions"]): string {
  if (exclusions.length === 0) return "Nothing is excluded.";
  const areas = exclusions.map(
    (one) => `${excludedArea(one).toLocaleString("en")} pixels of every image of ${one.width} x ${one.height}`,
  );
  return `${areas.join(", ")}.`;
}
