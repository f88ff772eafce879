import type { IconNode } from 'lucide'
import { createElement } from 'preact'

interface IconProps {
  icon: IconNode
  /** In pixels. @default 16 */
  size?: number
  /** For an icon that says something which no text does. Others are hidden from screen readers. */
  label?: string
}

/** An icon of Lucide, in the color of the text. */
export function Icon({ icon, size = 16, label }: IconProps) {
  const naming = label === undefined ? { 'aria-hidden': 'true' as const } : { role: 'img' as const, 'aria-label': label }
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: the label names it, or it is hidden
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      {...naming}
    >
      {icon.map(([tag, attributes], index) => createElement(tag, { key: index, ...attributes }))}
    </svg>
  )
}
