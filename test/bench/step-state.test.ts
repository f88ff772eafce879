import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StepState } from '../../bench/whole-hub/state.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe('the steps of the whole-hub benchmark', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(temporaryFolder(), 'hubdex-steps-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('repeats only what was not finished', async () => {
    const first = await StepState.open(folder, 100)
    await first.once('crawl', async () => ({ seconds: 1 }))
    await expect(first.once('index', () => Promise.reject(new Error('killed')))).rejects.toThrow('killed')
    const second = await StepState.open(folder, 100)
    expect(await second.once('crawl', () => Promise.reject(new Error('repeated')))).toEqual({ seconds: 1 })
    expect(await second.once('index', async () => ({ seconds: 2 }))).toEqual({ seconds: 2 })
  })

  it('refuses the folder of another number of repos', async () => {
    await expect(StepState.open(folder, 200)).rejects.toThrow('is about 100 repos; expected 200')
  })
})
