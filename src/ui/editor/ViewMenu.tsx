import { ActionIcon, Group, Popover, SegmentedControl, Slider, Stack, Switch, Text, Tooltip } from "@mantine/core";
import { SlidersHorizontal } from "lucide-react";
import { changedLook, type Look, lookLimits } from "../../app/look";
import type { OpenImage } from "../../app/session";
import type { Compare } from "../../app/settings";
import { ReasonButton } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { compare } from "../actions/viewActions";
import { useLook } from "../canvas/PictureFilter";
import { useApp, useSession, useSettings } from "../context";
import classes from "./editor.module.css";

/** How picture and label are shown. Nothing in here changes a label. */
export function ViewMenu() {
  const image = useSession((state) => state.image);
  return (
    <Popover position="bottom" withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label="View: the picture's brightness, colours of the label, comparing">
          <ActionIcon size="md" aria-label="View options" disabled={image === null}>
            <SlidersHorizontal size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label="View options">
        {image !== null && (
          <Stack gap="xs" w={270}>
            <Picture image={image} />
            <SafeColors />
            <CompareLabels />
          </Stack>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function Picture({ image: { item, photoWindow } }: { readonly image: OpenImage }) {
  const { settings } = useApp();
  const look = useLook();
  const isOwn = useSettings((state) => state.looks.has(item.key));
  const reset = useAction("reset-picture");
  const turn = useAction("turn-picture");
  const change = (part: Partial<Look>): void =>
    settings.setState((state) => changedLook(state, item.key, { ...look, ...part }));
  const setOwn = (own: boolean): void =>
    settings.setState(({ looks }) => {
      const next = new Map(looks);
      if (own) next.set(item.key, look);
      else next.delete(item.key);
      return { looks: next };
    });
  return (
    <>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          Picture
        </Text>
        <Group gap={4}>
          <ReasonButton variant="subtle" size="compact-xs" tip={turn.label} whyNot={turn.whyNot} onClick={turn.run}>
            Turn
          </ReasonButton>
          <ReasonButton variant="subtle" size="compact-xs" whyNot={reset.whyNot} onClick={reset.run}>
            Reset
          </ReasonButton>
        </Group>
      </Group>
      <LookSlider
        label="Brightness"
        limits={lookLimits.percent}
        value={look.brightness}
        onChange={(brightness) => change({ brightness })}
      />
      <LookSlider
        label="Contrast"
        limits={lookLimits.percent}
        value={look.contrast}
        onChange={(contrast) => change({ contrast })}
      />
      <LookSlider
        label="Gamma"
        limits={lookLimits.gamma}
        step={0.05}
        value={look.gamma}
        onChange={(gamma) => change({ gamma })}
      />
      <Switch
        size="xs"
        label="For this image only"
        checked={isOwn}
        onChange={(event) => setOwn(event.currentTarget.checked)}
      />
      {photoWindow !== undefined && photoWindow !== null && (
        <Text size="xs" c="dimmed">
          {`Values shown from ${photoWindow.low.toLocaleString("en")} to ${photoWindow.high.toLocaleString("en")}`}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        The sliders are for the eye only: labels and what the model sees stay.
      </Text>
    </>
  );
}

interface LookSliderProps {
  readonly label: string;
  readonly limits: { readonly min: number; readonly max: number };
  readonly step?: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function LookSlider({ label, limits, step = 1, value, onChange }: LookSliderProps) {
  return (
    <div className={classes.field}>
      <Text size="xs" w={66}>
        {label}
      </Text>
      <Slider style={{ flex: 1 }} thumbLabel={label} {...limits} step={step} value={value} onChange={onChange} />
      <Text size="xs" w={34} ta="right">
        {step < 1 ? value.toFixed(2) : value}
      </Text>
    </div>
  );
}

function CompareLabels() {
  const app = useApp();
  const way = useSettings((state) => state.compare);
  const { inBrackets } = useAction("compare-split");
  return (
    <>
      <Text size="xs">Compare with the label as opened</Text>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="Compare with the label as opened"
        data={[
          { value: "off", label: "Off" },
          { value: "split", label: `Split${inBrackets}` },
          { value: "difference", label: "Difference" },
        ]}
        value={way}
        onChange={(value) => compare(app, value as Compare)}
      />
    </>
  );
}

function SafeColors() {
  const { settings } = useApp();
  const safeColors = useSettings((state) => state.safeColors);
  return (
    <>
      <Text size="sm" fw={600}>
        Label
      </Text>
      <Switch
        size="xs"
        label="Colour-blind-safe colours"
        description="On the screen only; files keep theirs."
        styles={{ description: { fontSize: "var(--mantine-font-size-xs)" } }}
        checked={safeColors}
        onChange={(event) => settings.setState({ safeColors: event.currentTarget.checked })}
      />
    </>
  );
}
