import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // End-to-end tests start real git and real processes; two cores are the slowest machine we plan for.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
