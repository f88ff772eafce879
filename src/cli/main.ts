#!/usr/bin/env node
import { existsSync } from 'node:fs'
import nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { homeFolder } from '../util/home-folder.ts'
import { nodeRefusal } from '../util/version.ts'

// Caching compiled and type-stripped code saves a third of the processor time of a start. Node's default folder for it is in
// the shared temporary folder, where another user could plant code. An unwritable folder is harmless, but Node hangs if the
// home does not exist. Older versions of Node have no such cache.
const { NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env
const home = homeFolder()
const cacheHome = XDG_CACHE_HOME || (home && join(home, '.cache'))
const ownCache = cacheHome && existsSync(dirname(cacheHome)) && join(cacheHome, 'hubdex', 'compiled')
const compileCache = NODE_COMPILE_CACHE || ownCache
if (compileCache) nodeModule.enableCompileCache?.(compileCache)

const refusal = nodeRefusal(process.versions.node)
// Not imported on an older Node, which would fail at a missing module with an unhelpful stack.
if (refusal === undefined) await import('./run.ts')
else {
  process.stderr.write(`${refusal}\n`)
  process.exitCode = 1
}
