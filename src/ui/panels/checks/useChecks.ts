import { useStore } from "zustand";
import type { Checks } from "../../../app/checking";
import { useApp } from "../../context";

export function useChecks(): Checks {
  return useStore(useApp().checking.store);
}
