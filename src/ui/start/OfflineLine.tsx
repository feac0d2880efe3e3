import { Anchor, Text } from "@mantine/core";
import { useStore } from "zustand";
import type { OfflineState } from "../../app/offline";
import { counted } from "../../core/counted";
import { useApp } from "../context";

/**
 * Whether the app works without a network, and whether a newer version is there.
 * @param withReason Says so too where it is not meant to, and why.
 */
export function OfflineLine({ withReason = false }: { readonly withReason?: boolean }) {
  const { offline } = useApp();
  const { offline: state, hasUpdate } = useStore(offline.store);
  const isOff = state.state === "off" || state.state === "unknown";
  if (!hasUpdate && isOff && !withReason) return null;
  return (
    <Text size="xs" c="dimmed" data-offline={state.state}>
      {hasUpdate && (
        <>
          A new version is ready:{" "}
          <Anchor component="button" inherit onClick={() => void offline.update()}>
            reload
          </Anchor>{" "}
          when it suits you.{" "}
        </>
      )}
      {textOf(state)}
      {state.state === "failed" && (
        <>
          {" "}
          <Anchor component="button" inherit onClick={() => void offline.retry()}>
            Try again
          </Anchor>
        </>
      )}
    </Text>
  );
}

function textOf(state: OfflineState): string {
  switch (state.state) {
    case "unknown":
      return "";
    case "off":
      return `Works with a network only. ${state.reason}`;
    case "fetching":
      return `Getting ready to work offline${state.total > 0 ? `: ${state.done} of ${counted(state.total, "file")}` : ""}`;
    case "ready":
      return state.serves ? "Ready to work offline." : "Ready to work offline once this page is loaded again.";
    case "failed":
      return `Not ready to work offline: ${state.reason}.`;
  }
}
