import { ActionIcon, Button, Text } from "@mantine/core";
import { CircleHelp, FileSearch, X } from "lucide-react";
import { readingSummary } from "../../app/readingSummary";
import { useAction } from "../actions/useAction";
import { useApp, useSession } from "../context";
import { QuestionMenu } from "./QuestionMenu";
import classes from "./reading.module.css";

/** Above the picture: what was made of the files and how sure that is, until it is closed. What is asked cannot be closed. */
export function ReadingBar() {
  const { files } = useApp();
  const dataset = useSession((state) => state.dataset);
  const choices = useSession((state) => state.choices);
  const dismissed = useSession((state) => state.readingDismissed);
  const details = useAction("how-read");
  if (dataset === null) return null;
  const { text, open, likely } = readingSummary(dataset, choices);
  const asks = open.length > 0;
  if (!asks && (dismissed || likely.length === 0)) return null;
  const Icon = asks ? CircleHelp : FileSearch;
  return (
    <section className={classes.bar} data-asks={asks} aria-label="How the files were read">
      <Icon size={16} className={classes.icon} aria-hidden />
      <Text size="xs" className={classes.text} role="status" title={text}>
        {asks && <b>Please choose: </b>}
        {text}
      </Text>
      <div className={classes.menus}>
        {open.map((question) => (
          <QuestionMenu key={question.id} question={question} asks />
        ))}
        {likely
          .filter(({ options }) => options.length > 1)
          .map((question) => (
            <QuestionMenu key={question.id} question={question} />
          ))}
        <Button variant="subtle" size="compact-xs" aria-label={details.label} onClick={details.run}>
          Why
        </Button>
        {!asks && (
          <ActionIcon size="sm" aria-label="Close: these files were read rightly" onClick={files.dismissReading}>
            <X size={14} />
          </ActionIcon>
        )}
      </div>
    </section>
  );
}
