import { Button, Group, Modal, Text } from "@mantine/core";
import { useSession } from "../context";

/** A question the app waits on: yes, no, or another way to say yes. */
export function QuestionDialog() {
  const question = useSession((state) => state.question);
  if (question === null) return null;
  return (
    <Modal opened onClose={() => question.answer(false)} title={question.title} size="md">
      <Text size="sm">{question.text}</Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => question.answer(false)}>
          Cancel
        </Button>
        {question.other !== undefined && (
          <Button variant="default" onClick={() => question.answer("other")}>
            {question.other}
          </Button>
        )}
        <Button onClick={() => question.answer(true)}>{question.yes}</Button>
      </Group>
    </Modal>
  );
}
