import { defineConfig } from 'vitest/config';

// "unit": logic without a page. "pages": the built pages in Chromium against the mock server; run `npm run build` first.
export default defineConfig({
  test: {
    // Two cores: one browser at a time.
    fileParallelism: false,
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts'], environment: 'node' } },
      {
        test: {
          name: 'pages',
          include: ['tests/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
