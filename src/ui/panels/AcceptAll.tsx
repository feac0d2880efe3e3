import { Anchor, Button, Slider, Text, Tooltip } from "@mantine/core";
import { CheckCheck } from "lucide-react";
import type { OpenImage } from "../../app/session";
import { acceptable } from "../../review/decisions";
import { expectedRight, isDoubtful, shownPercent } from "../../review/doubt";
import { openRows, rowsOf, rowsToDecide } from "../../review/queue";
import { shownSet } from "../../review/sets";
import type { SuggestionSet } from "../../review/types";
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
  const open = rowsToDecide(standing).length;
  const percent = shownPercent(threshold);
  // Advice that no row reaches would only send the threshold about.
  const advice = set?.advisedThreshold;
  const isUseful = advice !== undefined && standing !== null && acceptable(standing, advice).length > 0;
  const advised = isUseful ? shownPercent(advice) : percent;
  const isLeftOut = openRows(standing).some((one) => shownPercent(one.confidence) >= percent && isDoubtful(one));
  return (
    <div className={classes.threshold}>
      <Tooltip label={tip} multiline w={240} position="left">
        <Button
          h={28}
          px={4}
          variant="light"
          color="teal"
          disabled={!enabled}
          leftSection={<CheckCheck size={15} />}
          onClick={run}
        >
          {open === 0 ? "Accept all" : `Accept ${taken} of ${open}`}
        </Button>
      </Tooltip>
      <Slider
        thumbLabel="Confidence threshold"
        min={0}
        max={100}
        value={percent}
        marks={advised === percent ? [] : [{ value: advised }]}
        onChange={(value) => settings.setState({ threshold: value / 100 })}
      />
      <Text size="xs" className={classes.value} title="Confidence threshold: how sure the model must be">
        ≥ {percent} %
      </Text>
      <Text size="xs" c="dimmed" className={classes.thresholdNote}>
        <span>{noteText(set, right, isLeftOut)}</span>
        {advised !== percent && (
          <Anchor
            component="button"
            inherit
            title="The model advises this threshold for what it found here"
            onClick={() => settings.setState({ threshold: advised / 100 })}
          >
            Use the advised {advised} %
          </Anchor>
        )}
      </Text>
    </div>
  );
}

/** How far the model is; once it is done, how much its suggestions can be relied on, where that was measured. */
function noteText(set: SuggestionSet | null, right: number | null, isLeftOut: boolean): string {
  if (set !== null && set.passesDone < set.passes) return `Preview: pass ${set.passesDone} of ${set.passes}`;
  const left = isLeftOut ? "“Not sure” is left out" : "";
  return right === null ? left : `${aboutText(right)} right${left === "" ? "" : `; ${left}`}`;
}
