import { afterAll, beforeAll, describe } from 'vitest'
import { findChromium } from './support/chromium.ts'
import { openPageWorld, type PageWorld } from './support/page-world.ts'
import { changesSuite } from './views/changes.ts'
import { columnsSuite } from './views/columns.ts'
import { compareSuite } from './views/compare.ts'
import { everyViewSuite } from './views/every-view.ts'
import { hostileSuite } from './views/hostile.ts'
import { repoSuite } from './views/repo.ts'
import { searchSuite } from './views/search.ts'
import { sqlSuite } from './views/sql.ts'
import { statusSuite } from './views/status.ts'

const executablePath = findChromium()

describe.skipIf(executablePath === undefined)('the page', () => {
  // Filled before any test can use it.
  const world = {} as PageWorld
  beforeAll(async () => {
    Object.assign(world, await openPageWorld(executablePath ?? ''))
  })
  afterAll(() => world.close?.())

  describe('search', () => searchSuite(world))
  describe('repo', () => repoSuite(world))
  describe('SQL', () => sqlSuite(world))
  describe('changes', () => changesSuite(world))
  describe('status', () => statusSuite(world))
  describe('columns', () => columnsSuite(world))
  describe('compare', () => compareSuite(world))
  describe('text of users of the Hub', () => hostileSuite(world))
  describe('every view', () => everyViewSuite(world))
})
