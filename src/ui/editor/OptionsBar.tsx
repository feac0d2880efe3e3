import { ActionIcon, Button, NumberInput, Slider, Text, Tooltip } from "@mantine/core";
import { Eye, EyeOff, Maximize, Minus, Plus, SquaresUnite } from "lucide-react";
import { bandLimits, brushLimits, growLimits } from "../../app/settings";
import { ReasonButton } from "../a11y/ReasonButton";
import { useAction } from "../actions/useAction";
import { useApp, useSession, useSettings } from "../context";
import classes from "./editor.module.css";
import { IconButton } from "./IconButton";
import { LabelModeControl } from "./LabelModeControl";
import { ViewMenu } from "./ViewMenu";

/** Options of tools and view, above the picture. */
export function OptionsBar() {
  const tool = useSettings((state) => state.tool);
  return (
    <div className={classes.options} role="toolbar" aria-label="Tool and view options">
      {tool === "mask-boundary" ? <BandWidth /> : <BrushSize />}
      <GrowMask />
      <LabelView />
      <div style={{ flex: 1 }} />
      <Zoom />
    </div>
  );
}

function BrushSize() {
  const { settings } = useApp();
  const size = useSettings((state) => state.brushSize);
  return (
    <div className={classes.field}>
      <Text size="xs">Brush</Text>
      <Slider
        className={classes.slider}
        thumbLabel="Brush size"
        min={brushLimits.min}
        max={brushLimits.max}
        value={size}
        onChange={(brushSize) => settings.setState({ brushSize })}
      />
      <Text size="xs" w={46} style={{ whiteSpace: "nowrap" }}>
        {size} px
      </Text>
    </div>
  );
}

/** In the place of the brush, which a band does not need: the bar has no room for both. */
function BandWidth() {
  const all = useAction("mask-boundaries");
  return (
    <div className={classes.field} style={{ gap: 4 }}>
      <Text size="xs">Band</Text>
      <Pixels name="bandWidth" label="Band on either side, pixels" limits={bandLimits} />
      <ReasonButton
        variant="default"
        size="compact-xs"
        aria-label={all.label}
        tip={all.tip}
        whyNot={all.whyNot}
        onClick={all.run}
      >
        All
      </ReasonButton>
    </div>
  );
}

function GrowMask() {
  const [grow, rest] = [useAction("grow-mask"), useAction("include-rest")];
  return (
    <div className={classes.field} style={{ gap: 4 }}>
      <Tooltip label={grow.tip}>
        <Button variant="default" size="compact-xs" aria-label={grow.label} onClick={grow.run}>
          Grow
        </Button>
      </Tooltip>
      <Pixels name="growBy" label="Grow mask by, pixels" limits={growLimits} />
      <IconButton action={rest} small>
        <SquaresUnite size={16} />
      </IconButton>
    </div>
  );
}

interface PixelsProps {
  readonly name: "growBy" | "bandWidth";
  readonly label: string;
  readonly limits: { readonly min: number; readonly max: number };
}

function Pixels({ name, label, limits: { min, max } }: PixelsProps) {
  const { settings } = useApp();
  const value = useSettings((state) => state[name]);
  return (
    <NumberInput
      aria-label={label}
      size="xs"
      w={50}
      min={min}
      max={max}
      clampBehavior="strict"
      value={value}
      onChange={(next) => settings.setState({ [name]: Number(next) || min })}
      styles={{ input: { height: 24, minHeight: 24, paddingInline: 6 } }}
    />
  );
}

function LabelView() {
  const { settings } = useApp();
  const opacity = useSettings((state) => state.labelOpacity);
  const hidden = useSettings((state) => state.labelsHidden);
  const hide = useAction("hide-label");
  return (
    <div className={classes.field}>
      <Text size="xs">Label</Text>
      <Slider
        className={classes.slider}
        thumbLabel="Label opacity"
        min={0}
        max={100}
        value={Math.round(opacity * 100)}
        onChange={(percent) => settings.setState({ labelOpacity: percent / 100 })}
      />
      <LabelModeControl styles={{ label: { paddingInline: 7, paddingBlock: 2 } }} />
      <IconButton action={hide} pressed={hidden}>
        {hidden ? <EyeOff size={16} /> : <Eye size={16} />}
      </IconButton>
      <ViewMenu />
    </div>
  );
}

function Zoom() {
  const { canvas } = useApp();
  const [fit, actualSize] = [useAction("fit"), useAction("actual-size")];
  const zoom = useSession((state) => state.zoom);
  return (
    <div className={classes.field} style={{ gap: 0 }}>
      <ActionIcon aria-label="Zoom out" size="sm" onClick={() => canvas.zoom(1 / 1.5)}>
        <Minus size={14} />
      </ActionIcon>
      <Tooltip label={actualSize.tip}>
        <Button variant="subtle" color="gray" size="compact-xs" miw={52} onClick={actualSize.run}>
          {zoom < 0.1 ? (zoom * 100).toFixed(1) : Math.round(zoom * 100)} %
        </Button>
      </Tooltip>
      <ActionIcon aria-label="Zoom in" size="sm" onClick={() => canvas.zoom(1.5)}>
        <Plus size={14} />
      </ActionIcon>
      <IconButton action={fit} small>
        <Maximize size={14} />
      </IconButton>
    </div>
  );
}
