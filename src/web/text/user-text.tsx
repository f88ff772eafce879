import type { ComponentChildren } from 'preact'

interface UserTextProps {
  children: ComponentChildren
  /** @default false */
  isMono?: boolean
}

/** Text from users of the Hub. It cannot change the direction of the text around it, and its long words break. */
export function UserText({ children, isMono = false }: UserTextProps) {
  return <bdi class={isMono ? 'user-text mono' : 'user-text'}>{children}</bdi>
}

/** The beginning of a long text. */
export function shortened(text: string, length: number): string {
  const characters = [...text.slice(0, 2 * length)]
  return characters.length <= length && text.length <= 2 * length ? text : `${characters.slice(0, length).join('')}…`
}
