import { Button } from "@mantine/core";
import { ListTodo } from "lucide-react";
import { openCount } from "../../app/queueList";
import { useAction } from "../actions/useAction";
import { useSession } from "../context";

/** How many findings wait in all images. */
export function ReviewButton() {
  const { tip, run } = useAction("review-queue");
  const count = useSession(openCount);
  if (count === 0) return null;
  return (
    <Button variant="light" color="teal" leftSection={<ListTodo size={15} />} title={tip} onClick={run}>
      Review {count.toLocaleString("en")} {count === 1 ? "finding" : "findings"}
    </Button>
  );
}
