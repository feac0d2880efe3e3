import { Button, Group as Line, SegmentedControl, Text, TextInput, useMantineColorScheme } from "@mantine/core";
import {
  bandLimits,
  brushLimits,
  growLimits,
  passLimits,
  ratioLimits,
  resetSettings,
  reviewerLength,
} from "../../app/settings";
import { announce } from "../../app/tell";
import { colorSchemes } from "../colorSchemes";
import { useApp, useSettings } from "../context";
import { LabelModeControl } from "../editor/LabelModeControl";
import { VoidControl } from "../panels/VoidControl";
import { Group, Row, SliderRow, SwitchRow } from "./rows";

const share = { min: 0, max: 1 };

/** All settings but the keys. */
export function GeneralSettings() {
  const { session, settings, live } = useApp();
  const { setColorScheme } = useMantineColorScheme();
  const reset = (): void => {
    resetSettings(settings);
    setColorScheme("auto");
    announce(session, "Settings are as they were at first; keys are unchanged");
  };
  return (
    <>
      <Group title="Look">
        <ColorScheme />
        <LabelDrawing />
        <SwitchRow
          name="safeColors"
          label="Colour-blind-safe colours"
          what="On the screen only: files keep their own."
        />
        <SliderRow name="labelOpacity" label="Label opacity" limits={share} times={100} unit=" %" />
      </Group>
      <Group title="Masking and painting">
        <SliderRow name="brushSize" label="Brush size" limits={brushLimits} unit=" px" />
        <SliderRow
          name="growBy"
          label="Grow mask by"
          what="A sliver of wrong label left at the rim is what a model copies."
          limits={growLimits}
          unit=" px"
        />
        <SliderRow
          name="bandWidth"
          label="Boundary band"
          what="How far it reaches on either side of a boundary."
          limits={bandLimits}
          unit=" px"
        />
      </Group>
      <Group title="Reconstruction">
        <SwitchRow name="live" label="Live" what="Reconstruct 100 ms after each stroke." />
        <SliderRow
          name="passes"
          label="Passes"
          what="More are surer and take longer."
          limits={passLimits}
          onChangeEnd={live.strokeEnded}
        />
        <SliderRow
          name="ratio"
          label="Mask ratio"
          what="Above the masked share, context is hidden too, anew for each pass."
          limits={ratioLimits}
          times={100}
          unit=" %"
          onChangeEnd={live.strokeEnded}
        />
        <Row label="Void under the mask" what="Auto keeps thin borders and rebuilds regions.">
          <VoidControl />
        </Row>
        <SwitchRow
          name="support"
          label="Learn from the other labels"
          what="In the background, what the data set's classes look like. For models that can use it."
        />
      </Group>
      <Group title="Review">
        <Reviewer />
        <SwitchRow name="zoomToSelected" label="Zoom to the selected suggestion" />
        <SwitchRow
          name="feedback"
          label="Rank by my decisions"
          what="What you accept and reject of the errors found makes others of the same classes more or less sure."
        />
        <SliderRow
          name="threshold"
          label="Confidence threshold"
          what="Accepting all takes suggestions of at least this confidence."
          limits={share}
          times={100}
          unit=" %"
        />
      </Group>
      <Line justify="space-between">
        <Text size="xs" c="dimmed">
          Kept in this browser.
        </Text>
        <Button variant="default" onClick={reset}>
          Reset to defaults
        </Button>
      </Line>
    </>
  );
}

function Reviewer() {
  const { settings } = useApp();
  const reviewer = useSettings((state) => state.reviewer);
  return (
    <Row label="Your name" what="Goes with what you decide from now on, and into reports. Empty: none.">
      <TextInput
        size="xs"
        aria-label="Your name"
        maxLength={reviewerLength}
        value={reviewer}
        onChange={(event) => settings.setState({ reviewer: event.currentTarget.value })}
      />
    </Row>
  );
}

function ColorScheme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Row label="Theme">
      <SegmentedControl
        size="xs"
        aria-label="Theme"
        data={[...colorSchemes]}
        value={colorScheme}
        onChange={(value) => setColorScheme(value as typeof colorScheme)}
      />
    </Row>
  );
}

function LabelDrawing() {
  return (
    <Row label="Label drawing">
      <LabelModeControl />
    </Row>
  );
}
