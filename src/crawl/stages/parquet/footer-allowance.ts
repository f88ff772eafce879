import type { StageLimits } from '../stage-context.ts'

/** Bounds the bytes and the time for the footers of one dataset. The footer that exceeds the bound is still read to its end. */
export class FooterAllowance {
  #bytesLeft: number
  readonly #endMs: number

  constructor({ footerBytesOfDataset, footersMs }: Pick<StageLimits, 'footerBytesOfDataset' | 'footersMs'>) {
    this.#bytesLeft = footerBytesOfDataset
    this.#endMs = performance.now() + footersMs
  }

  get isUsed(): boolean {
    return this.#bytesLeft <= 0 || performance.now() >= this.#endMs
  }

  take(bytes: number): void {
    this.#bytesLeft -= bytes
  }
}
