import type { Markup } from '../markup.ts'
import type { Palette } from '../palette.ts'

export interface DrawOptions {
  /** Pixels. */
  width: number
  palette: Palette
}

/** A part of a picture, drawn downwards from the origin. */
export interface Drawn {
  markup: readonly Markup[]
  /** Pixels. */
  height: number
}
