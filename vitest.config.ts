import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Tests often wait for a database or a process. With as many workers as cores, a fifth of two cores was idle.
    maxWorkers: availableParallelism() + 1,
    // The sources keep no state of their own, and to load them and their libraries anew for each file took a seventh of the
    // whole time.
    isolate: false,
    // Node strips the types, as in production. To load all files took three times the processor time through Vite, which also
    // makes each use of an import a property access.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    sequence: { sequencer: LongestFirst },
    // No test measures time. On a busy machine processes take many times longer to start, and only a failure waits this long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
