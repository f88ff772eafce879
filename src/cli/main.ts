#!/usr/bin/env node
import { existsSync } from 'node:fs'
import nodeModule from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { nodeRefusal } from '../util/version.ts'

// Caching compiled and type-stripped code saves a third of the processor time of a start. Node's default folder for it is in
// the shared temporary folder, where another user could plant code. An unwritable folder is harmless, but Node hangs if the
// home does not exist. Older versions of Node have no such cache.
const { NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env
const cacheHome = XDG_CACHE_HOME || join(homedir(), '.cache')
if (NODE_COMPILE_CACHE || existsSync(dirname(cacheHome))) {
  nodeModule.enableCompileCache?.(NODE_COMPILE_CACHE || join(cacheHome, 'hubdex', 'compiled'))
}

const refusal = nodeRefusal(process.versions.node)
// Not imported on an older Node, which would fail at a missing module with an unhelpful stack.
if (refusal === undefined) await import('./run.ts')
else {
  process.stderr.write(`${refusal}\n`)
  process.exitCode = 1
}
