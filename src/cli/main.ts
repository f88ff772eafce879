#!/usr/bin/env node
import { existsSync } from 'node:fs'
import nodeModule from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { nodeRefusal } from '../util/version.ts'

// Node keeps compiled code, and sources stripped of their types, from run to run: that saves a third of the processor time of
// a start. Node's own folder for it is in the shared temporary folder, where another user could put code there first. A folder
// that cannot be written changes nothing, but Node hangs over one below a home that does not exist. Older versions of Node
// have no such cache.
const { NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env
const cacheHome = XDG_CACHE_HOME || join(homedir(), '.cache')
if (NODE_COMPILE_CACHE || existsSync(dirname(cacheHome))) {
  nodeModule.enableCompileCache?.(NODE_COMPILE_CACHE || join(cacheHome, 'hubdex', 'compiled'))
}

const refusal = nodeRefusal(process.versions.node)
// Loaded only then, for an older Node ends at a module that it does not have, with a stack that says nothing to anybody.
if (refusal === undefined) await import('./run.ts')
else {
  process.stderr.write(`${refusal}\n`)
  process.exitCode = 1
}
