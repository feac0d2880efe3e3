/// <reference lib="webworker" />
import { loadEngine } from "./loadEngine";
import type { ToWorker } from "./protocol";
import { createSession } from "./session";

declare const self: DedicatedWorkerGlobalScope;

const channel = new MessageChannel();
const resumes: (() => void)[] = [];
channel.port1.onmessage = () => resumes.shift()?.();

const session = createSession({
  post: (message, transfer = []) => self.postMessage(message, transfer),
  load: loadEngine,
  // A message to oneself queues behind the page's; setTimeout would wait 4 ms each time.
  pause: () =>
    new Promise((resolve) => {
      resumes.push(resolve);
      channel.port2.postMessage(null);
    }),
});

self.onmessage = ({ data }: MessageEvent<ToWorker>) => session.handle(data);
