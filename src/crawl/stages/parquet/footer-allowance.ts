import type { StageLimits } from '../stage-context.ts'

/** What the footers of one dataset may cost together. The one during which it is used up is still read to its end. */
export class FooterAllowance {
  #bytesLeft: number
  readonly #untilMs: number

  constructor({ footerBytesOfDataset, footersMs }: Pick<StageLimits, 'footerBytesOfDataset' | 'footersMs'>) {
    this.#bytesLeft = footerBytesOfDataset
    this.#untilMs = performance.now() + footersMs
  }

  get isUsed(): boolean {
    return this.#bytesLeft <= 0 || performance.now() >= this.#untilMs
  }

  take(bytes: number): void {
    this.#bytesLeft -= bytes
  }
}
