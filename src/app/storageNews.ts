import type { Services } from "./services";
import type { SessionStore } from "./session";
import { showError, showInfo } from "./tell";
import type { Work } from "./work";

/**
 * Lists the recent projects once the store can be read. Until then it is said that nothing can be kept, and tried again.
 * @param retryMs Pause between tries.
 */
export async function followStorage(
  { store }: Pick<Services, "store">,
  session: SessionStore,
  work: Pick<Work, "recent">,
  retryMs = 3000,
): Promise<void> {
  let failures = 0;
  while (true) {
    try {
      await store.keys("session/");
      break;
    } catch (error) {
      failures++;
      const reason = error instanceof Error ? error.message : String(error);
      if (failures === 1) showError(session, "Work cannot be kept now", `${reason}. ${meanwhile}`, ofStorage);
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
  if (failures > 0) showInfo(session, "Work can be kept again", "The browser's storage answers.", ofStorage);
  session.setState({ recent: await work.recent() });
}

const ofStorage = { about: "storage", isOfApp: true } as const;

const meanwhile =
  "You can work, but close other tabs of MaskMend or export what you do: it is lost when this tab closes. Earlier work shows once the storage answers.";
