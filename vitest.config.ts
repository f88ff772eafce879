import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Tests mostly wait for a database or a process: one worker less than there are cores, the default, is half of two.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The second that is the default is too short for a busy machine.
    expect: { poll: { timeout: 20_000 } },
  },
})
