import { type IconNode, Monitor, Moon, Sun } from 'lucide'
import { Icon } from '../components/icon.tsx'
import { Menu } from '../components/menu.tsx'
import { type Theme, theme } from '../state/theme.ts'

const THEMES: readonly { value: Theme; label: string; icon: IconNode }[] = [
  { value: 'system', label: 'As the system', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
]

export function ThemeSwitch() {
  const { icon } = THEMES.find(({ value }) => value === theme.value) ?? { icon: Monitor }
  return (
    <Menu name="Theme" className="button is-plain is-icon" label={<Icon icon={icon} size={18} />}>
      {THEMES.map(({ value, label, icon: itemIcon }) => (
        <button
          key={value}
          type="button"
          class="menu-item"
          aria-pressed={theme.value === value}
          onClick={() => {
            theme.value = value
          }}
        >
          <Icon icon={itemIcon} />
          {label}
          {theme.value === value && <span class="soft small menu-item-end">chosen</span>}
        </button>
      ))}
    </Menu>
  )
}
