#!/usr/bin/env node
import { nodeRefusal } from './version.ts'

const refusal = nodeRefusal(process.versions.node)
// Loaded only then, for an older Node ends at a module that it does not have, with a stack that says nothing to anybody.
if (refusal === undefined) await import('./run.ts')
else {
  process.stderr.write(`${refusal}\n`)
  process.exitCode = 1
}
