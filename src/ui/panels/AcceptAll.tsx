import { Anchor, Button, Slider, Text, Tooltip } from "@mantine/core";
import { CheckCheck } from "lucide-react";
import type { OpenImage } from "../../app/session";
import { acceptable } from "../../review/decisions";
import { expectedRight, shownPercent } from "../../review/doubt";
import { openRows, rowsOf } from "../../review/queue";
import { shownSet } from "../../review/sets";
import { useAction } from "../actions/useAction";
import { useApp, useDocument, useSettings, useStanding } from "../context";
import classes from "./panels.module.css";
import { aboutText } from "./rightText";

/** The confidence threshold, and the button that says how many it would take. */
export function AcceptAll({ image: { document } }: { readonly image: OpenImage }) {
  const { settings } = useApp();
  const { tip, enabled, run } = useAction("accept-all");
  const threshold = useSettings((state) => state.threshold);
  const set = useDocument(document, shownSet);
  const standing = useStanding(document, set);
  const acceptables = standing === null ? [] : acceptable(standing, threshold);
  const taken = rowsOf(acceptables).length;
  const right = expectedRight(set?.reliability, acceptables);
  const open = openRows(set).length;
  const percent = shownPercent(threshold);
  const advised = shownPercent(set?.advisedThreshold ?? threshold);
  return (
    <div className={classes.threshold}>
      <div className={classes.field}>
        <Text size="xs">Confidence</Text>
        <Slider
          thumbLabel="Confidence threshold"
          min={0}
          max={100}
          value={percent}
          marks={advised === percent ? [] : [{ value: advised }]}
          onChange={(value) => settings.setState({ threshold: value / 100 })}
        />
        <Text size="xs" className={classes.value}>
          {percent} %
        </Text>
      </div>
      {advised !== percent && (
        <Text size="xs" c="dimmed">
          The model advises {advised} %.{" "}
          <Anchor component="button" inherit onClick={() => settings.setState({ threshold: advised / 100 })}>
            Use its advice
          </Anchor>
        </Text>
      )}
      {right !== null && (
        <Text size="xs" c="dimmed">
          {aboutText(right)} such suggestions are right.
        </Text>
      )}
      <Tooltip label={tip} multiline w={240}>
        <Button
          fullWidth
          mt={6}
          variant="light"
          color="teal"
          disabled={!enabled}
          leftSection={<CheckCheck size={15} />}
          onClick={run}
        >
          {open === 0 ? "Accept all" : `Accept ${taken} of ${open}`}
        </Button>
      </Tooltip>
    </div>
  );
}
