import { effect, signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'

const KEY = 'hubdex-theme'

/** The chosen theme. The browser stores it; without storage it lasts until the page is closed. */
export const theme = signal<Theme>(readTheme())

effect(() => {
  const chosen = theme.value
  if (chosen === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = chosen
  try {
    if (chosen === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, chosen)
  } catch {
    // Storage is off in this browser.
  }
})

function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY)
    return stored === 'light' || stored === 'dark' ? stored : 'system'
  } catch {
    return 'system'
  }
}

/** Changes whenever colors do: by the switch, or by the system. */
export const colorsVersion = signal(0)

effect(() => {
  theme.value
  colorsVersion.value = colorsVersion.peek() + 1
})

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  colorsVersion.value++
})
