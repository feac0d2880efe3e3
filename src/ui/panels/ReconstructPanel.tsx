import { Anchor, Button, Group, Progress, Slider, Switch, Text, Tooltip } from "@mantine/core";
import { WandSparkles } from "lucide-react";
import { classesOf, type OpenImage } from "../../app/session";
import { clamp, passLimits, ratioLimits } from "../../app/settings";
import { keptVoidText, noModel } from "../../app/summary";
import { passesOfMaskAlone } from "../../reconstruct/types";
import { ReasonButton } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { useApp, useDocument, useSession, useSettings } from "../context";
import { IconButton } from "../editor/IconButton";
import { engineText } from "../editor/StatusBar";
import { Panel } from "./Panel";
import classes from "./panels.module.css";
import { useGivesWay } from "./useGivesWay";
import { useMaskFacts } from "./useMaskFacts";
import { VoidControl } from "./VoidControl";

const voidTip =
  "Void under the mask: Auto keeps thin borders (up to 8 px wide) and rebuilds regions, Keep leaves all of it, Fill rebuilds all of it.";

/** Mask ratio, passes, void and the button that asks the model. */
export function ReconstructPanel({ image }: { readonly image: OpenImage }) {
  const { settings } = useApp();
  const reconstruct = useAction("reconstruct");
  const selfCheck = useAction("self-check");
  const isLive = useSettings((state) => state.live);
  const givesWay = useGivesWay(image);
  const isOpen = useSettings((state) => state.reconstructOpen) ?? !givesWay;
  const masked = useDocument(image.document, (state) => state.maskedPixels);
  const text = masked === 0 ? "nothing masked" : `${masked.toLocaleString("en")} px masked`;
  return (
    <Panel
      title="Reconstruct"
      aside={isOpen ? text : <Essentials image={image} masked={text} />}
      fold={{ open: isOpen, toggle: () => settings.setState({ reconstructOpen: !isOpen }) }}
    >
      <div className={classes.body}>
        <RatioField image={image} />
        <PassesField image={image} />
        <VoidField image={image} />
        <Group justify="space-between" mt={8} wrap="nowrap">
          <Tooltip position="left" label="Reconstruct 100 ms after each stroke">
            <Switch
              size="xs"
              label="Live"
              checked={isLive}
              onChange={(event) => settings.setState({ live: event.currentTarget.checked })}
            />
          </Tooltip>
          <ReasonButton
            leftSection={<WandSparkles size={15} />}
            tip={reconstruct.tip}
            whyNot={reconstruct.whyNot}
            onClick={reconstruct.run}
          >
            {reconstruct.label}
          </ReasonButton>
        </Group>
        <SupportSwitch />
        <Anchor component="button" size="xs" mt={8} onClick={selfCheck.run} title={selfCheck.tip}>
          {selfCheck.label}
        </Anchor>
        <EngineProgress />
      </div>
    </Panel>
  );
}

interface EssentialsProps {
  readonly image: OpenImage;
  /** How much is masked, in words. */
  readonly masked: string;
}

/** What the folded panel says in its one line: the ratio, void that is kept, and the button that asks the model. */
function Essentials({ image, masked }: EssentialsProps) {
  const reconstruct = useAction("reconstruct");
  const ratio = useSettings((state) => state.ratio);
  const { hidden, keptVoid } = useMaskFacts(image);
  const percent = `${Math.round(Math.max(ratio, hidden) * 100)} %`;
  const kept = keptVoid === 0 ? "" : `${keptVoid.toLocaleString("en")} void kept`;
  const title = [`Mask ratio ${percent}`, masked, ...(kept === "" ? [] : [keptVoidText(keptVoid)])].join(", ");
  return (
    <span className={classes.essentials}>
      <span title={title}>{kept === "" ? `ratio ${percent}` : `${percent} · ${kept}`}</span>
      <IconButton action={reconstruct} small>
        <WandSparkles size={14} />
      </IconButton>
    </span>
  );
}

/** Only for models that can be told what other images show. */
function SupportSwitch() {
  const { settings } = useApp();
  const isOn = useSettings((state) => state.support);
  const isOffered = useSession(({ engine }) => "engine" in engine && engine.engine.support !== null);
  if (!isOffered) return null;
  return (
    <Tooltip
      position="left"
      label="Learns in the background, from the labels of the whole data set, what its classes look like. The model then knows classes too that are not visible around the mask, and finds more errors."
      multiline
      w={240}
    >
      <Switch
        size="xs"
        mt={8}
        label="Learn from the other labels"
        checked={isOn}
        onChange={(event) => settings.setState({ support: event.currentTarget.checked })}
      />
    </Tooltip>
  );
}

function RatioField({ image }: { readonly image: OpenImage }) {
  const { settings, live } = useApp();
  const ratio = useSettings((state) => state.ratio);
  const { hidden } = useMaskFacts(image);
  const least = Math.round(clamp(hidden, ratioLimits) * 100);
  const masked = Math.round(hidden * 100);
  const chosen = Math.round(ratio * 100);
  return (
    <>
      <Tooltip
        position="left"
        label="Share of the work window the model does not see. Above the masked share, context is hidden too, anew for each pass."
        multiline
        w={240}
      >
        <div className={classes.field}>
          <Text size="xs">Mask ratio</Text>
          <Slider
            thumbLabel="Mask ratio"
            min={ratioLimits.min * 100}
            max={ratioLimits.max * 100}
            value={Math.max(chosen, least)}
            onChange={(percent) => {
              // The thumb stands where the mask alone is: moved below that, it leaves a lower choice as it is.
              if (percent > least || percent < chosen) settings.setState({ ratio: percent / 100 });
            }}
            onChangeEnd={live.strokeEnded}
            styles={{ track: { background: disabledPart(least) } }}
          />
          <Text size="xs" className={classes.value}>
            {Math.max(chosen, masked)} %
          </Text>
        </div>
      </Tooltip>
      {least > ratioLimits.min * 100 && (
        <Text size="xs" c="dimmed">
          {masked <= ratioLimits.max * 100
            ? `${masked} % and up: that much is masked already`
            : "The mask alone hides more than any ratio would"}
        </Text>
      )}
    </>
  );
}

/** Shows which ratios cannot be chosen. */
function disabledPart(least: number): string {
  const share = ((least - 10) / 80) * 100;
  return `linear-gradient(to right, rgb(128 128 128 / 55%) ${share}%, transparent ${share}%)`;
}

function PassesField({ image }: { readonly image: OpenImage }) {
  const { settings, live } = useApp();
  const passes = useSettings((state) => state.passes);
  const ratio = useSettings((state) => state.ratio);
  const maskAlone = ratio <= clamp(useMaskFacts(image).hidden, ratioLimits);
  return (
    <>
      <div className={classes.field}>
        <Text size="xs">Passes</Text>
        <Slider
          thumbLabel="Passes"
          min={passLimits.min}
          max={passLimits.max}
          value={passes}
          onChange={(value) => settings.setState({ passes: value })}
          onChangeEnd={live.strokeEnded}
        />
        <Text size="xs" className={classes.value}>
          {passes}
        </Text>
      </div>
      {maskAlone && passes > passesOfMaskAlone && (
        <Text size="xs" c="dimmed">
          {passesOfMaskAlone} are run: further ones differ only above the masked share
        </Text>
      )}
    </>
  );
}

/** Only for data sets that have a void class. */
function VoidField({ image }: { readonly image: OpenImage }) {
  const hasVoid = useSession((state) => classesOf(state).some(({ ignored }) => ignored));
  const { keptVoid } = useMaskFacts(image);
  if (!hasVoid) return null;
  return (
    <>
      <Tooltip position="left" label={voidTip} multiline w={240}>
        <div className={classes.voidField}>
          <Text size="xs">Void</Text>
          <VoidControl fullWidth />
        </div>
      </Tooltip>
      {keptVoid > 0 && (
        <Text size="xs" c="dimmed">
          {keptVoidText(keptVoid)}
        </Text>
      )}
    </>
  );
}

function EngineProgress() {
  const { restartModel } = useApp();
  const engine = useSession((state) => state.engine);
  if (engine.state === "ready") return null;
  const failed = engine.state === "failed";
  const value =
    engine.state === "busy"
      ? (engine.passesDone / Math.max(1, engine.passes)) * 100
      : engine.state === "loading"
        ? engine.progress * 100
        : 100;
  return (
    <div style={{ marginTop: 10 }}>
      <Progress size={4} value={value} color={failed ? "red" : "cyan"} animated={!failed} aria-label="Model progress" />
      <Text size="xs" c={failed ? "red" : "dimmed"} mt={4}>
        {engine.state === "busy"
          ? `Pass ${Math.min(engine.passesDone + 1, engine.passes)} of ${engine.passes}`
          : failed
            ? noModel
            : engineText(engine)}
      </Text>
      {failed && (
        <Button size="compact-xs" variant="default" mt={6} onClick={restartModel}>
          Restart the model
        </Button>
      )}
    </div>
  );
}
