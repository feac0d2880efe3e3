import { VisuallyHidden } from "@mantine/core";
import { useSession } from "../context";

/** Speaks the newest announcement. Its number is the key, so that the same sentence twice is spoken twice. */
export function Announcer() {
  const { no, text } = useSession((state) => state.announcement);
  return (
    <VisuallyHidden>
      <div aria-live="polite" aria-atomic="true" data-testid="announcements">
        <span key={no}>{text}</span>
      </div>
    </VisuallyHidden>
  );
}
