/** Colors of a chart. */
export interface Palette {
  background: string
  text: string
  soft: string
  grid: string
  /** Of bars and of a single line. */
  main: string
  /** Of several lines or dots, in order. They differ in lightness too, for readers who do not see all colors. */
  series: readonly string[]
}

export const LIGHT: Palette = {
  background: '#ffffff',
  text: '#1c1d1f',
  soft: '#55575c',
  grid: '#e2e1dc',
  main: '#3f55d6',
  series: ['#3347c4', '#c2410c', '#0f766e', '#a21caf', '#7a5800', '#475569'],
}

export const DARK: Palette = {
  background: '#16181c',
  text: '#e8e9ec',
  soft: '#a9adb6',
  grid: '#2e3138',
  main: '#8594ff',
  series: ['#8f9eff', '#ff9457', '#45cfbf', '#e58ff2', '#e9b84a', '#b3bfd1'],
}

/** Refers to variables of a style sheet that {@link variablesOf} defines, so that a page can change its theme. */
export const THEMED: Palette = {
  background: 'var(--background)',
  text: 'var(--text)',
  soft: 'var(--soft)',
  grid: 'var(--grid)',
  main: 'var(--main)',
  series: LIGHT.series.map((_, index) => `var(--series-${index + 1})`),
}

export function variablesOf({ series, ...colors }: Palette): string {
  const variables = [...Object.entries(colors), ...series.map((color, index) => [`series-${index + 1}`, color] as const)]
  return variables.map(([name, color]) => `--${name}: ${color};`).join(' ')
}
