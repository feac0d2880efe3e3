import { expect, it } from "vitest";
import { createWaits } from "./engines";

it("counts time in which several things are waited for once", async () => {
  let time = 0;
  const waits = createWaits(() => time);
  const ends: (() => void)[] = [];
  const wait = () => waits.during(new Promise<void>((resolve) => ends.push(resolve)));
  const first = wait();
  time = 5;
  const second = wait();
  time = 7;
  ends[0]();
  await first;
  time = 10;
  ends[1]();
  await second;
  time = 100;
  expect(waits.ms()).toBe(10);
  const third = wait();
  time = 103;
  ends[2]();
  await third;
  expect(waits.ms()).toBe(13);
});
