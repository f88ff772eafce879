import { signal } from '@preact/signals'

/** Whether the browser has a network. */
export const isOnline = signal(navigator.onLine)

/** Whether the database of the server is unreachable, as its last answer said. */
export const isCatalogUnavailable = signal(false)

addEventListener('online', () => {
  isOnline.value = true
})
addEventListener('offline', () => {
  isOnline.value = false
})
