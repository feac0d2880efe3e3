import { Text } from "@mantine/core";
import { Lock } from "lucide-react";
import { ReasonButton } from "../a11y/ReasonButton";
import { useApp, useSession } from "../context";
import classes from "./reading.module.css";

/** While another tab edits the data set: says so, shows what that kept by now, and takes it over. */
export function ReadOnlyBar() {
  const { tabs } = useApp();
  const readOnly = useSession((state) => state.readOnly);
  const busy = useSession((state) => state.busy);
  if (readOnly === null) return null;
  const [text, verb] = texts[readOnly];
  const whyNot = busy === null ? null : `${busy}…`;
  return (
    <section className={classes.bar} data-asks aria-label="Open in another tab">
      <Lock size={16} className={classes.icon} aria-hidden />
      <Text size="xs" className={classes.text} role="status" title={text}>
        {text}
      </Text>
      {readOnly === "elsewhere" && (
        <ReasonButton
          variant="default"
          size="compact-xs"
          tip="Shows what the other tab kept by now; it edits on"
          whyNot={whyNot}
          onClick={() => void tabs.reload()}
        >
          Reload
        </ReasonButton>
      )}
      <ReasonButton variant="light" size="compact-xs" whyNot={whyNot} onClick={() => void tabs.takeOver()}>
        {verb}
      </ReasonButton>
    </section>
  );
}

const texts = {
  elsewhere: [
    "This data set is open in another tab. Here it can only be looked at, as it was when it was opened or reloaded here.",
    "Take over here",
  ],
  closed: ["The other tab with this data set was closed. What is shown here may be older than its work.", "Go on here"],
} as const;
