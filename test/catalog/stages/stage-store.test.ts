import { describe, expect, test } from 'vitest'
import { removeRepos } from '../../../src/catalog/passes/removals.ts'
import { retryFailures } from '../../../src/catalog/stages/failures.ts'
import type { StageData, StageResult, StageTask } from '../../../src/catalog/stages/stage-data.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { sendHeartbeat, testOwner } from '../../support/catalog/owners.ts'
import { hubIdOf } from '../../support/hub/pages.ts'
import { addRepos, storeOf } from './stage-catalog.ts'

const CARD: StageData = { stage: 'card', text: '# Hello', bytes: 7, truncated: false }
const DONE: StageResult = { outcome: 'done', reason: null, data: CARD }
const SERVER_ERROR = { cause: 'server-error', status: 500, answer: 'answered 500' } as const

describe.each(catalogTargets)('the store of stages ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)

  const numbersOf = (tasks: readonly StageTask[]): number[] => tasks.map(({ hubId }) => Number.parseInt(hubId, 16))

  async function onlyTask(store = storeOf(catalog)): Promise<StageTask> {
    const [task, ...others] = await store.claimTasks('card', 100)
    if (task === undefined || others.length > 0) throw new Error('Expected one task.')
    return task
  }

  test('returns tasks of the right kinds, highest score first', async () => {
    await addRepos(catalog, 'model', [{ number: 1, downloads: 50 }, { number: 2, downloads: 5_000 }, { number: 3 }])
    await addRepos(catalog, 'dataset', [{ number: 4, downloads: 500 }])
    const store = storeOf(catalog)
    expect(numbersOf(await store.claimTasks('card', 2))).toEqual([2, 4])
    expect(numbersOf(await store.claimTasks('card', 9))).toEqual([1, 3])
    expect(await store.claimTasks('card', 9)).toEqual([])
    expect(await store.claimTasks('parquet', 9)).toEqual([
      {
        stage: 'parquet',
        hubId: hubIdOf(4),
        kind: 'dataset',
        id: 'owner/repo-4',
        sha: 'sha-4',
        gated: null,
        deaths: 0,
      },
    ])
  })

  test('skips repos that are removed or disabled', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }, { number: 2, disabled: true }, { number: 3 }])
    await catalog.rows(`update catalog.repos set removed_at = now() where hub_id = '${hubIdOf(3)}'`)
    expect(numbersOf(await storeOf(catalog).claimTasks('card', 9))).toEqual([1])
  })

  test('counts a stage as done until the commit changes', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }])
    const store = storeOf(catalog)
    expect(await store.finishTask(await onlyTask(store), DONE)).toBe('stored')
    await addRepos(catalog, 'model', [{ number: 1, likes: 9, tags: ['new'] }])
    expect(await store.claimTasks('card', 9)).toEqual([])
    await addRepos(catalog, 'model', [{ number: 1, sha: 'moved' }])
    expect(await store.finishTask(await onlyTask(store), { outcome: 'absent', reason: 'no README' })).toBe('stored')
    expect(await catalog.rows('select stage, outcome, reason, is_current from repo_stages')).toEqual([
      { stage: 'card', outcome: 'absent', reason: 'no README', is_current: true },
    ])
    expect(await catalog.value('select count(*) from cards')).toBe('0')
  })

  test('enqueues a repo for search when its README appears, changes or is gone, and only then', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }])
    const store = storeOf(catalog)
    const text = (readme: string): StageResult => ({ ...DONE, data: { ...CARD, text: readme } })
    const isEnqueuedBy = async (result: StageResult): Promise<boolean> => {
      await addRepos(catalog, 'model', [{ number: 1, sha: `sha-${Math.random()}` }])
      await catalog.rows('delete from catalog.search_outbox')
      await store.finishTask(await onlyTask(store), result)
      return (await catalog.value('select count(*) from catalog.search_outbox')) !== '0'
    }
    const absent: StageResult = { outcome: 'absent', reason: 'no README' }
    const results = [absent, text('one\0'), text('one\0'), text('two'), absent, absent]
    const enqueued: boolean[] = []
    for (const result of results) enqueued.push(await isEnqueuedBy(result))
    expect(enqueued).toEqual([false, true, false, true, true, false])
  })

  test('retries a gated repo once its owner has opened it', async () => {
    await addRepos(catalog, 'model', [{ number: 1, gated: 'manual' }])
    const store = storeOf(catalog)
    await store.finishTask(await onlyTask(store), { outcome: 'absent', reason: 'gated' })
    expect(await store.claimTasks('card', 9)).toEqual([])
    await addRepos(catalog, 'model', [{ number: 1, gated: false }])
    expect(await store.claimTasks('card', 9)).toHaveLength(1)
  })

  const PARQUET: StageResult = { outcome: 'done', reason: null, data: { stage: 'parquet', splits: [], schemas: [] } }
  const NO_PARQUET: StageResult = { outcome: 'absent', reason: 'The Hub has no Parquet files (404).' }

  /** Each expected wait, the hour before it, and one that no wait reaches. */
  const CHECK_HOURS = [1, 5, 6, 23, 24, 167, 168, 200]

  /** Hours after which each request for Parquet files is due again. The first comes `hours` after the commit. */
  async function looksAfter(commitHours: number, result: StageResult): Promise<number[]> {
    await catalog.empty()
    await addRepos(catalog, 'dataset', [{ number: 1, lastModified: new Date().toISOString() }])
    const store = storeOf(catalog)
    const pass = (hours: number) =>
      catalog.rows(`
        with repo as (
          update catalog.repos set changed_at = changed_at - interval '${hours} hours',
            last_modified = last_modified - interval '${hours} hours')
        update catalog.repo_stages set done_at = done_at - interval '${hours} hours',
          recheck_at = recheck_at - interval '${hours} hours'`)
    await pass(commitHours)
    const waits: number[] = []
    const [first] = await store.claimTasks('parquet', 9)
    if (first === undefined) throw new Error('Expected a task.')
    await store.finishTask(first, result)
    let hours = 0
    for (let next = CHECK_HOURS[0]; next !== undefined; next = CHECK_HOURS.find((later) => later > hours)) {
      await pass(next - hours)
      hours = next
      const [task] = await store.claimTasks('parquet', 9)
      if (task === undefined) continue
      waits.push(hours)
      await store.finishTask(task, result)
      hours = 0
    }
    return waits
  }

  test('rechecks missing Parquet files with growing waits, and no more after a week', async () => {
    expect(await looksAfter(0.1, NO_PARQUET)).toEqual([1, 6, 24, 168])
    expect(await looksAfter(30, NO_PARQUET)).toEqual([168])
    expect(await looksAfter(200, NO_PARQUET)).toEqual([])
    expect(await looksAfter(0.1, { outcome: 'absent', reason: 'gated' })).toEqual([])
  })

  test('rereads Parquet files that may belong to the previous commit', async () => {
    expect(await looksAfter(0.1, PARQUET)).toEqual([1, 6])
    expect(await looksAfter(30, PARQUET)).toEqual([])
  })

  test('takes a commit to be at least as old as its row, whatever the clock of the Hub says', async () => {
    await addRepos(catalog, 'dataset', [{ number: 1, lastModified: '2100-01-01T00:00:00.000Z' }])
    await catalog.rows(`update catalog.repos set changed_at = now() - interval '8 days'`)
    const store = storeOf(catalog)
    const [task] = await store.claimTasks('parquet', 9)
    if (task === undefined) throw new Error('Expected a task.')
    await store.finishTask(task, NO_PARQUET)
    expect(await catalog.value('select recheck_at from repo_stages')).toBeNull()
  })

  test('counts a recheck as due', async () => {
    await addRepos(catalog, 'dataset', [{ number: 1, lastModified: new Date().toISOString() }])
    const store = storeOf(catalog)
    const [task] = await store.claimTasks('parquet', 9)
    if (task === undefined) throw new Error('Expected a task.')
    await store.finishTask(task, NO_PARQUET)
    const parquet = async () => (await store.stageCoverage()).find(({ stage }) => stage === 'parquet')
    expect(await parquet()).toMatchObject({ absent: 1, due: 0 })
    await catalog.rows(`update catalog.repo_stages set recheck_at = recheck_at - interval '1 hour'`)
    expect(await parquet()).toMatchObject({ absent: 0, due: 1 })
  })

  test('delays a failed task for longer each time, and deletes the failure after a success', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }])
    const store = storeOf(catalog)
    const delays: number[] = []
    for (let attempt = 1; attempt <= 12; attempt++) {
      await store.failTask(await onlyTask(store), SERVER_ERROR)
      expect(await store.claimTasks('card', 9)).toEqual([])
      delays.push(Number(await catalog.value(`select extract(epoch from retry_at - failed_at) / 3600 from failures`)))
      await catalog.rows('update catalog.failures set retry_at = now()')
    }
    const expected = [2, 4, 8, 16, 32, 64, 128, 256, 512, 720, 720, 720]
    for (const [index, hours] of expected.entries()) {
      expect(delays[index]).toBeGreaterThanOrEqual(hours * 0.9)
      expect(delays[index]).toBeLessThanOrEqual(hours)
    }
    expect(await catalog.rows('select task, id, cause, status, attempts, answer from failures')).toEqual([
      { task: 'card', id: 'owner/repo-1', cause: 'server-error', status: 500, attempts: 12, answer: 'answered 500' },
    ])
    await store.finishTask(await onlyTask(store), DONE)
    expect(await catalog.value('select count(*) from failures')).toBe('0')
  })

  test('retries a failed task at once when its commit changes, and restarts the count of attempts', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }])
    const store = storeOf(catalog)
    for (let attempt = 1; attempt <= 3; attempt++) {
      await catalog.rows('update catalog.failures set retry_at = now()')
      await store.failTask(await onlyTask(store), SERVER_ERROR)
    }
    await addRepos(catalog, 'model', [{ number: 1, likes: 7, tags: ['new'] }])
    expect(await store.claimTasks('card', 9)).toEqual([])
    await addRepos(catalog, 'model', [{ number: 1, sha: 'moved' }])
    const coverage = async () => (await store.stageCoverage()).find(({ stage }) => stage === 'card')
    expect(await coverage()).toMatchObject({ due: 1, waiting: 0 })
    await store.failTask(await onlyTask(store), SERVER_ERROR)
    expect(await coverage()).toMatchObject({ due: 0, waiting: 1 })
    expect(await catalog.rows(`select attempts, retry_at < now() + interval '3 hours' as is_soon from failures`)).toEqual([
      { attempts: 1, is_soon: true },
    ])
  })

  test('has no failure and no claim of a removed repo, even if its task fails at the same time', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }, { number: 2 }])
    const store = storeOf(catalog)
    const [first, second] = await store.claimTasks('card', 9)
    if (first === undefined || second === undefined) throw new Error('Expected two tasks.')
    await store.failTask(first, { cause: 'gone', status: 404, answer: 'gone' })
    await Promise.all([
      store.failTask(second, { cause: 'gone', status: 404, answer: 'gone' }),
      removeRepos(catalog.db, [first.hubId, second.hubId], 'deleted'),
    ])
    expect(await catalog.value('select count(*)::int from failures')).toBe(0)
    expect(await catalog.value('select count(*)::int from catalog.stage_claims')).toBe(0)
  })

  test('shares tasks between processes that plan at the same time, none twice', async () => {
    const numbers = Array.from({ length: 60 }, (_, index) => index + 1)
    await addRepos(
      catalog,
      'model',
      numbers.map((number) => ({ number, downloads: number })),
    )
    const stores = ['first', 'second', 'third'].map((name) => storeOf(catalog, name))
    const claimed = await Promise.all(stores.map((store) => store.claimTasks('card', 20)))
    expect(claimed.map((tasks) => tasks.length)).toEqual([20, 20, 20])
    expect(numbersOf(claimed.flat()).toSorted((a, b) => a - b)).toEqual(numbers)
  })

  test('gives the tasks of a dead process to others, and ignores its late results', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }])
    const dying = storeOf(catalog, 'dying')
    const task = await onlyTask(dying)
    expect(await storeOf(catalog, 'other').claimTasks('card', 9)).toEqual([])
    const other = storeOf(catalog, 'other', ['dying'])
    const [taken] = await other.claimTasks('card', 9)
    expect(taken).toEqual(task)
    expect(await dying.finishTask(task, DONE)).toBe('lost')
    await dying.failTask(task, SERVER_ERROR)
    expect(await catalog.value('select count(*) from failures')).toBe('0')
    expect(await other.finishTask(task, DONE)).toBe('stored')
  })

  /** A process that claims all tasks, begins those of these repos, and dies. */
  async function dieWith(numbers: readonly number[], name = 'dying'): Promise<StageTask[]> {
    const dying = storeOf(catalog, name)
    const claimed = await dying.claimTasks('card', 9)
    for (const task of claimed) if (numbers.includes(Number.parseInt(task.hubId, 16))) await dying.beginTask(task)
    return await storeOf(catalog, 'other', [name]).claimTasks('card', 9)
  }

  test('counts begun tasks of a dead process as failed, unlike claimed ones, and assigns them first', async () => {
    await addRepos(catalog, 'model', [{ number: 1, downloads: 9 }, { number: 2 }, { number: 3 }])
    const left = await dieWith([2, 3])
    expect(left.map(({ hubId, deaths }) => [hubId, deaths])).toEqual([
      [hubIdOf(2), 1],
      [hubIdOf(3), 1],
      [hubIdOf(1), 0],
    ])
    expect(await catalog.rows('select id, cause, attempts, retry_at <= now() as is_due from failures order by id')).toEqual([
      { id: 'owner/repo-2', cause: 'process-died', attempts: 1, is_due: true },
      { id: 'owner/repo-3', cause: 'process-died', attempts: 1, is_due: true },
    ])
    const [second] = left
    if (second !== undefined) await storeOf(catalog, 'other').finishTask(second, DONE)
    expect(await catalog.rows('select id from failures')).toEqual([{ id: 'owner/repo-3' }])
  })

  test('delays a task from its fourth death on, for longer each time, at any commit', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }])
    const hours: unknown[] = []
    for (let death = 1; death <= 6; death++) {
      await catalog.rows('update catalog.failures set retry_at = now()')
      await storeOf(catalog, 'other').releaseAll()
      await dieWith([1], `dying-${death}`)
      hours.push(
        await catalog.value('select ceil(extract(epoch from retry_at - failed_at) / 3600)::int as hours from failures'),
      )
    }
    expect(hours.slice(0, 4)).toEqual([0, 0, 0, 2])
    expect(hours[5]).toBeGreaterThan(6)
    await addRepos(catalog, 'model', [{ number: 1, sha: 'moved' }])
    expect(await storeOf(catalog, 'third', ['other']).claimTasks('card', 9)).toEqual([])
    expect(await retryFailures(catalog.db, { cause: 'process-died' })).toBe(1)
    const store = storeOf(catalog, 'third')
    const task = await onlyTask(store)
    expect(task.deaths).toBe(6)
    await store.failTask(task, SERVER_ERROR)
    expect(await catalog.rows('select cause, attempts from failures')).toEqual([{ cause: 'server-error', attempts: 1 }])
  })

  test('counts no death of a process that releases its begun tasks or signs off', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }, { number: 2 }])
    const store = storeOf(catalog)
    const [first, second] = await store.claimTasks('card', 9)
    if (first === undefined || second === undefined) throw new Error('Expected two tasks.')
    expect([await store.beginTask(first), await store.beginTask(second)]).toEqual([true, true])
    await store.releaseTasks([first])
    await store.releaseAll()
    expect(await storeOf(catalog, 'other', ['test']).claimTasks('card', 9)).toHaveLength(2)
    expect(await catalog.value('select count(*)::int from failures')).toBe(0)
    expect(await store.beginTask(first)).toBe(false)
  })

  test('counts a death once, even if several processes notice it at the same time', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }])
    const dying = storeOf(catalog, 'dying')
    await dying.beginTask(await onlyTask(dying))
    await Promise.all(['a', 'b', 'c'].map((name) => sendHeartbeat(catalog, testOwner(name, ['dying']))))
    expect(await catalog.rows('select attempts from failures')).toEqual([{ attempts: 1 }])
  })

  test('stores a failure for details that are too large for this program', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }])
    const store = storeOf(catalog)
    const task = await onlyTask(store)
    // A real text of this length would take gigabytes of the test's memory.
    const endless = { length: 1, isWellFormed: () => false, toWellFormed: () => 'x'.repeat(2 ** 30) } as unknown as string
    expect(await store.finishTask(task, { outcome: 'done', reason: null, data: { ...CARD, text: endless } })).toBe('refused')
    expect(await catalog.rows('select cause from failures')).toEqual([{ cause: 'broken-answer' }])
  })

  test('takes over from a process without a heartbeat for a minute', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }])
    await onlyTask(storeOf(catalog, 'silent'))
    await catalog.rows(`update catalog.processes set heartbeat_at = now() - interval '61 seconds'`)
    expect(await storeOf(catalog, 'other').claimTasks('card', 9)).toHaveLength(1)
  })

  test('releases tasks that were not done', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }, { number: 2 }])
    const store = storeOf(catalog)
    const [first] = await store.claimTasks('card', 9)
    if (first !== undefined) await store.releaseTasks([first])
    expect(await store.claimTasks('card', 9)).toEqual([first])
    await store.releaseAll()
    expect(await store.claimTasks('card', 9)).toHaveLength(2)
  })

  test('repeats a failed release before any claim, even with concurrent claims', async () => {
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8]
    await addRepos(
      catalog,
      'model',
      numbers.map((number) => ({ number })),
    )
    const store = storeOf(catalog)
    let tasks = await store.claimTasks('card', 9)
    // The order of claims and releases is random.
    for (let round = 0; round < 10; round++) {
      await catalog.rows('alter table catalog.stage_claims rename to away')
      await Promise.all(tasks.map((task) => store.releaseTasks([task])))
      await catalog.rows('alter table catalog.away rename to stage_claims')
      const claimed = await Promise.all(numbers.map((number) => store.claimTask('card', hubIdOf(number))))
      tasks = claimed.filter((task) => task !== undefined)
      expect(numbersOf(tasks).sort()).toEqual(numbers)
    }
  })

  test('writes nothing for a repo that was taken down meanwhile', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }])
    const store = storeOf(catalog)
    const task = await onlyTask(store)
    await catalog.rows('delete from catalog.repos')
    expect(await store.finishTask(task, DONE)).toBe('lost')
    expect(await catalog.value('select count(*) from catalog.cards')).toBe('0')
  })

  test('stores hostile text, and turns what the database refuses into a failure', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }])
    const store = storeOf(catalog)
    const text = `NUL \0, half a pair \ud800, ${'x'.repeat(5_000_000)}`
    await store.finishTask(await onlyTask(store), { outcome: 'done', reason: null, data: { ...CARD, text } })
    expect(await catalog.value('select substr(text, 1, 20) from cards')).toBe('NUL �, half a pair �')
    await addRepos(catalog, 'model', [{ number: 1, sha: 'moved' }])
    const tooMany = { ...CARD, bytes: 2 ** 40 }
    expect(await store.finishTask(await onlyTask(store), { outcome: 'done', reason: null, data: tooMany })).toBe('refused')
    expect(await catalog.rows('select cause, answer from failures')).toEqual([
      { cause: 'broken-answer', answer: expect.stringContaining('out of range') },
    ])
    expect(await catalog.value('select length(text) from cards')).toBeGreaterThan(5_000_000)
  })

  test('stores files with sizes and hashes, and the details that the listing lacks', async () => {
    await addRepos(catalog, 'model', [{ number: 1, config: { known: true } }])
    const store = storeOf(catalog)
    const [task] = await store.claimTasks('details', 9)
    if (task === undefined) throw new Error('Expected a task.')
    await store.finishTask(task, {
      outcome: 'done',
      reason: null,
      data: {
        stage: 'details',
        gated: null,
        usedStorage: 2 ** 45,
        fileCount: 2,
        fileBytes: 30,
        details: { config: { known: false }, securityRepoStatus: { scansDone: true }, 'nul\0': '\0' },
        files: [
          { path: 'a\0b.bin', size: 10, sha256: 'ab'.repeat(32), blobId: 'cd'.repeat(20), pointerSize: 134 },
          { path: 'README.md', size: null, sha256: null, blobId: 'ef'.repeat(20), pointerSize: null },
        ],
      },
    })
    expect(await catalog.rows('select path, size, sha256, blob_id, pointer_size from repo_files')).toEqual([
      { path: 'a�b.bin', size: '10', sha256: 'ab'.repeat(32), blob_id: 'cd'.repeat(20), pointer_size: 134 },
      { path: 'README.md', size: null, sha256: null, blob_id: 'ef'.repeat(20), pointer_size: null },
    ])
    expect(await catalog.rows('select used_storage, file_count, file_bytes, details from repo_details')).toEqual([
      {
        used_storage: String(2 ** 45),
        file_count: 2,
        file_bytes: '30',
        details: { 'nul�': '�', securityRepoStatus: { scansDone: true } },
      },
    ])
  })

  test('shows Parquet files and columns by config and split, and the rows of a dataset', async () => {
    await addRepos(catalog, 'dataset', [{ number: 1 }, { number: 2 }])
    const store = storeOf(catalog)
    const [task] = await store.claimTasks('parquet', 1)
    if (task === undefined) throw new Error('Expected a task.')
    const column = { path: 'text', physicalType: 'BYTE_ARRAY', logicalType: 'STRING', nesting: null, isNullable: true }
    const file = { url: 'https://hub/0.parquet', rows: 5, rowGroups: 1, bytes: 100, error: null }
    const unread = { url: 'https://hub/1.parquet', rows: null, rowGroups: null, bytes: null, error: 'encrypted' }
    const split = { rows: 10, bytes: 200, isEstimated: true, schema: 0, columnBytes: [80] }
    await store.finishTask(task, {
      outcome: 'done',
      reason: null,
      data: {
        stage: 'parquet',
        splits: [
          { ...split, config: 'plain', split: 'train', files: [file, unread] },
          { ...split, config: 'plain', split: 'test', files: [file], rows: 5, columnBytes: [70] },
        ],
        schemas: [{ columnCount: 1, columns: [column] }],
      },
    })
    expect(await catalog.rows('select config, split, shard, rows, bytes, error from parquet_files')).toEqual([
      { config: 'plain', split: 'train', shard: '0', rows: '5', bytes: '100', error: null },
      { config: 'plain', split: 'train', shard: '1', rows: null, bytes: null, error: 'encrypted' },
      { config: 'plain', split: 'test', shard: '0', rows: '5', bytes: '100', error: null },
    ])
    expect(await catalog.rows('select split, position, path, logical_type, nullable, bytes from dataset_columns')).toEqual([
      { split: 'train', position: '1', path: 'text', logical_type: 'STRING', nullable: true, bytes: '80' },
      { split: 'test', position: '1', path: 'text', logical_type: 'STRING', nullable: true, bytes: '70' },
    ])
    expect(await catalog.rows('select id, rows from datasets order by rows')).toEqual([
      { id: 'owner/repo-1', rows: '15' },
      { id: 'owner/repo-2', rows: null },
    ])
  })

  test('counts what is done and due of each stage', async () => {
    await addRepos(catalog, 'model', [{ number: 1 }, { number: 2 }, { number: 3 }, { number: 4 }])
    const store = storeOf(catalog)
    const [done, absent, failed] = await store.claimTasks('card', 9)
    if (done === undefined || absent === undefined || failed === undefined) throw new Error('Expected three tasks.')
    await store.finishTask(done, DONE)
    await store.finishTask(absent, { outcome: 'absent', reason: 'no README' })
    await store.failTask(failed, SERVER_ERROR)
    const coverage = await store.stageCoverage()
    expect(coverage.map(({ stage, kind }) => `${stage} ${kind}`)).toEqual([
      'details model',
      'details dataset',
      'details space',
      'parquet dataset',
      'card model',
      'card dataset',
      'card space',
    ])
    expect(coverage[4]).toEqual({ stage: 'card', kind: 'model', repos: 4, done: 1, absent: 1, due: 1, waiting: 1 })
    expect(coverage[0]).toEqual({ stage: 'details', kind: 'model', repos: 4, done: 0, absent: 0, due: 4, waiting: 0 })
    expect(coverage[3]).toEqual({ stage: 'parquet', kind: 'dataset', repos: 0, done: 0, absent: 0, due: 0, waiting: 0 })
  })
})
