import { Badge, Text } from "@mantine/core";
import { chosenOption } from "../../app/readingSummary";
import { useSession } from "../context";
import { QuestionMenu } from "./QuestionMenu";
import classes from "./reading.module.css";

const sureness = { clear: "clear", likely: "assumed", open: "please choose" } as const;

/** In the import report: at each point, what was taken, why, and what else the files allow. */
export function HowRead() {
  const dataset = useSession((state) => state.dataset);
  const choices = useSession((state) => state.choices);
  if (dataset === null || dataset.questions.length === 0) return null;
  return (
    <section aria-labelledby="how-read" style={{ marginBottom: 16 }}>
      <Text size="sm" fw={600} mb={4} id="how-read" component="h3">
        How these files were read
      </Text>
      {dataset.questions.map((question) => {
        const { text, why } = chosenOption(question);
        const isChosen = choices.has(question.id);
        const isAsked = question.certainty === "open" && !isChosen;
        return (
          <div key={question.id} className={classes.question}>
            <div>
              <Text size="xs" c="dimmed">
                {question.title}
                {question.certainty !== "clear" && (
                  <Badge size="xs" ml={6} variant="light" color={isAsked ? "yellow" : "gray"}>
                    {isChosen ? "chosen" : sureness[question.certainty]}
                  </Badge>
                )}
              </Text>
              <Text size="sm">{text}</Text>
              <Text size="xs" c="dimmed" style={{ wordBreak: "break-word" }}>
                {why}
              </Text>
            </div>
            {question.options.length > 1 && <QuestionMenu question={question} asks={isAsked} />}
          </div>
        );
      })}
    </section>
  );
}
