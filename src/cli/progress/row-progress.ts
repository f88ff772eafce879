import type { CommandContext } from '../command.ts'
import { CountProgress } from './count-progress.ts'

/** Progress of work on the rows of several tables, one after the other. */
export class RowProgress implements Disposable {
  readonly #progress: CountProgress
  #table = ''
  #tableRows = 0
  #otherRows = 0

  constructor(context: Pick<CommandContext, 'isLive' | 'log'>) {
    this.#progress = new CountProgress(context, 'rows')
  }

  show(table: string, rows: number): void {
    if (table !== this.#table) this.#otherRows += this.#tableRows
    this.#table = table
    this.#tableRows = rows
    this.#progress.show(this.#otherRows + rows)
  }

  [Symbol.dispose](): void {
    this.#progress[Symbol.dispose]()
  }
}
