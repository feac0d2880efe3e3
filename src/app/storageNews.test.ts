import { expect, it, vi } from "vitest";
import { memoryStore } from "../project/storage";
import type { Services } from "./services";
import { createSession } from "./session";
import { followStorage } from "./storageNews";

it("says that work cannot be kept while the store does not answer, and lists earlier work once it does", async () => {
  const store = memoryStore();
  const keys = vi.spyOn(store, "keys").mockRejectedValue(new Error("no answer"));
  const session = createSession();
  const recent = [
    { id: "p", name: "set", kind: "sample", images: undefined, at: 1, worked: 0, resumable: true } as const,
  ];
  const following = followStorage({ store } as unknown as Services, session, { recent: async () => recent }, 5);
  await vi.waitFor(() => expect(keys.mock.calls.length).toBeGreaterThan(2));
  expect(session.getState().message).toMatchObject({ kind: "error", title: "Work cannot be kept now" });
  expect(session.getState().recent).toEqual([]);
  keys.mockRestore();
  await following;
  expect(session.getState().message).toMatchObject({ kind: "info", title: "Work can be kept again" });
  expect(session.getState().recent).toEqual(recent);
});
