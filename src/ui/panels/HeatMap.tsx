import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { Flame } from "lucide-react";
import type { SuggestionSet } from "../../review/types";
import { useAction } from "../actions/useAction";
import { heatGradient } from "../canvas/heatPixels";
import { useApp, useSettings } from "../context";
import classes from "./panels.module.css";

/** Shows or hides the suspicion of every pixel; there only after a search for errors. */
export function HeatButton({ set }: { readonly set: SuggestionSet | null }) {
  const { settings } = useApp();
  const shown = useSettings((state) => state.heatShown);
  const { keys } = useAction("show-original");
  if (set?.heat === undefined) return null;
  return (
    <Tooltip label={`Heat map: how suspicious each pixel is${keys === "" ? "" : `; ${keys} to look under it`}`}>
      <ActionIcon
        size={24}
        variant={shown ? "filled" : "subtle"}
        color={shown ? "cyan" : "gray"}
        aria-label="Heat map"
        aria-pressed={shown}
        onClick={() => settings.setState({ heatShown: !shown })}
      >
        <Flame size={15} />
      </ActionIcon>
    </Tooltip>
  );
}

/** What the colours of the heat map mean, while it is shown. */
export function HeatLegend({ set }: { readonly set: SuggestionSet | null }) {
  const shown = useSettings((state) => state.heatShown);
  if (set?.heat === undefined || !shown) return null;
  return (
    <div className={classes.heat}>
      <Text size="xs" c="dimmed">
        suspicious: less
      </Text>
      <span className={classes.heatBar} style={{ background: heatGradient }} />
      <Text size="xs" c="dimmed">
        more
      </Text>
    </div>
  );
}
