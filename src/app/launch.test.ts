import { expect, it, vi } from "vitest";
import { memoryFolder } from "../dataset/fixtures/folder";
import { followLaunches, type LaunchQueueLike } from "./launch";

it("opens what the system hands over, and nothing where it just starts the app", () => {
  const openHandles = vi.fn(async () => undefined);
  let launch: Parameters<LaunchQueueLike["setConsumer"]>[0] = () => undefined;
  followLaunches({ setConsumer: (consumer) => (launch = consumer) }, { openHandles });
  launch({});
  launch({ files: [] });
  expect(openHandles).not.toHaveBeenCalled();
  const { handle } = memoryFolder("set", {});
  launch({ files: [handle] });
  expect(openHandles).toHaveBeenCalledWith([handle]);
});

it("asks nothing of browsers that hand nothing over", () => {
  expect(() => followLaunches(undefined, { openHandles: async () => undefined })).not.toThrow();
});
