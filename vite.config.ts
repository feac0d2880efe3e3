import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  test: { include: ["src/**/*.test.ts", "e2e/fixtures/**/*.test.ts"], environment: "node" },
});
