import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../../src/util/write-whole.ts'

/** The figures of a finished step. */
export type Figures = Readonly<Record<string, number>>

/** The entry with the number of repos. */
const HUB = 'hub'

/** Results of steps in a file, so that a run that was interrupted repeats only the step that it was in. */
export class StepState {
  readonly #path: string
  readonly #steps: Record<string, Figures>

  private constructor(path: string, steps: Record<string, Figures>) {
    this.#path = path
    this.#steps = steps
  }

  /** @throws if the folder has the results of another number of repos */
  static async open(folder: string, repos: number): Promise<StepState> {
    await mkdir(folder, { recursive: true })
    const path = join(folder, 'steps.json')
    const text = await readFile(path, 'utf8').catch(() => JSON.stringify({ [HUB]: { repos } }))
    const steps = JSON.parse(text) as Record<string, Figures>
    const found = steps[HUB]?.['repos']
    if (found === repos) return new StepState(path, steps)
    throw new Error(`${path} is about ${found} repos; expected ${repos}. Name an empty folder, or delete this one.`)
  }

  /** The figures of a step: those that are stored, otherwise those of running it now. */
  async once(step: string, run: () => Promise<Figures>): Promise<Figures> {
    const stored = this.#steps[step]
    if (stored !== undefined) return stored
    const figures = await run()
    this.#steps[step] = figures
    await writeWhole(this.#path, JSON.stringify(this.#steps, undefined, 2))
    return figures
  }

  isDone(step: string): boolean {
    return step in this.#steps
  }
}
