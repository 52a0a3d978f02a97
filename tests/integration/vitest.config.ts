import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["*.test.ts"],
    // A cold start of the program reads all content; a busy machine with two cores needs patience.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Every test file has servers and processes of its own, and two cores to run them on.
    fileParallelism: false,
  },
});
