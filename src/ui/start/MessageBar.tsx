import { Alert } from "@mantine/core";
import { CircleAlert, Info } from "lucide-react";
import { useApp, useSession } from "../context";

/** The newest error or explanation, until it is closed. */
export function MessageBar() {
  const { session } = useApp();
  const message = useSession((state) => state.message);
  if (message === null) return null;
  const error = message.kind === "error";
  return (
    <Alert
      role={error ? "alert" : "note"}
      color={error ? "red" : "cyan"}
      icon={error ? <CircleAlert size={17} /> : <Info size={17} />}
      title={message.title}
      withCloseButton
      closeButtonLabel="Close message"
      onClose={() => session.setState({ message: null })}
      py="xs"
      style={{ whiteSpace: "pre-line" }}
    >
      {message.text}
    </Alert>
  );
}
