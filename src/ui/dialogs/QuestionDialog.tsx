import { Button, Group, Modal, Text } from "@mantine/core";
import { useSession } from "../context";

/** A yes-or-no question the app waits on. */
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
        <Button onClick={() => question.answer(true)}>{question.yes}</Button>
      </Group>
    </Modal>
  );
}
