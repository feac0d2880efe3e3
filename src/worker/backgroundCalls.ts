import type { FindExample, FindRequest, FindResult } from "../find/types";
import type { InferenceClient } from "./inferenceClient";
import type { FromWorker, ToWorker } from "./protocol";

type Message = Extract<FromWorker, { type: "learnt" | "find-progress" | "found" | "cancelled" | "failed" }>;

interface Lesson {
  readonly id: number;
  readonly key: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Search {
  readonly id: number;
  readonly request: FindRequest;
  readonly onProgress: (done: number, total: number) => void;
  readonly resolve: (result: FindResult | null) => void;
  readonly reject: (error: Error) => void;
}

/** The client's side of learning and finding. */
export interface BackgroundCalls extends Pick<InferenceClient, "learn" | "find" | "forget" | "learntKeys"> {
  receive(message: Message): void;
  /** Ends everything under way without a result. */
  cancel(): void;
  /** The worker is gone, and what it had learnt with it. */
  fail(error: Error): void;
}

export function createBackgroundCalls(
  nextId: () => number,
  tell: (message: ToWorker, transfer?: Transferable[]) => void,
): BackgroundCalls {
  const learnt = new Set<string>();
  let lessons: Lesson[] = [];
  let search: Search | null = null;

  /** Forgets what is under way and returns it. */
  function take(): { readonly lessons: readonly Lesson[]; readonly search: Search | null } {
    const taken = { lessons, search };
    lessons = [];
    search = null;
    return taken;
  }

  function takeLesson(id: number): Lesson | undefined {
    const lesson = lessons.find((one) => one.id === id);
    lessons = lessons.filter((one) => one !== lesson);
    return lesson;
  }

  function takeSearch(id: number): Search | null {
    if (search?.id !== id) return null;
    const taken = search;
    search = null;
    return taken;
  }

  function supersede(): void {
    const old = search;
    search = null;
    if (old === null) return;
    tell({ type: "cancel", requestId: old.id });
    old.resolve(null);
  }

  function cancel(): void {
    supersede();
    for (const { id, resolve } of take().lessons) {
      tell({ type: "cancel", requestId: id });
      resolve();
    }
  }

  return {
    learn(example: FindExample) {
      return new Promise((resolve, reject) => {
        const id = nextId();
        lessons.push({ id, key: example.imageKey, resolve, reject });
        // Until it is learnt again, what it taught may be out of date.
        learnt.delete(example.imageKey);
        const transfer = [example.image.rgba.buffer, example.labels.buffer] as ArrayBuffer[];
        tell({ type: "learn", requestId: id, example }, transfer);
      });
    },
    find(request, onProgress) {
      supersede();
      return new Promise((resolve, reject) => {
        search = { id: nextId(), request, onProgress, resolve, reject };
        tell({ type: "find", requestId: search.id, request });
      });
    },
    cancel,
    forget() {
      cancel();
      learnt.clear();
      tell({ type: "forget" });
    },
    learntKeys: () => learnt,
    receive(message) {
      switch (message.type) {
        case "learnt": {
          const lesson = takeLesson(message.requestId);
          if (lesson !== undefined) learnt.add(lesson.key);
          lesson?.resolve();
          break;
        }
        case "find-progress":
          if (search?.id === message.requestId) search.onProgress(message.done, message.total);
          break;
        case "found":
          if (message.result.documentVersion !== search?.request.documentVersion) break;
          takeSearch(message.requestId)?.resolve(message.result);
          break;
        case "cancelled":
          takeLesson(message.requestId)?.resolve();
          takeSearch(message.requestId)?.resolve(null);
          break;
        case "failed": {
          if (message.requestId === null) break;
          const error = new Error(message.message);
          takeLesson(message.requestId)?.reject(error);
          takeSearch(message.requestId)?.reject(error);
        }
      }
    },
    fail(error) {
      learnt.clear();
      const taken = take();
      for (const { reject } of taken.lessons) reject(error);
      taken.search?.reject(error);
    },
  };
}
