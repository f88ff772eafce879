import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Tests mostly wait for a database or a process: one worker less than there are cores, the default, is half of two.
    maxWorkers: '100%',
    // The sources keep no state of their own, and to load them and their libraries anew for each file took a seventh of the
    // whole time.
    isolate: false,
    // No test measures time. On a busy machine processes take many times longer to start, and only a failure waits this long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
