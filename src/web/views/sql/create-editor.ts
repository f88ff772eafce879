import { PostgreSQL, sql } from '@codemirror/lang-sql'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { Compartment, type Extension, Prec } from '@codemirror/state'
import { keymap } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { basicSetup, EditorView } from 'codemirror'

/** Columns by view. */
export type Schema = Record<string, string[]>

interface EditorOptions {
  value: string
  onChange(value: string): void
  onRun(): void
}

export interface CreatedEditor {
  setValue(value: string): void
  setSchema(schema: Schema): void
  remove(): void
}

/**
 * Creates the editor in a shadow root, because there it needs no style elements, which the policy of the page forbids.
 * Escape, then Tab leaves the editor; elsewhere Tab indents.
 */
export function createEditor(parent: HTMLElement, { value, onChange, onRun }: EditorOptions): CreatedEditor {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' })
  const language = new Compartment()
  const run = () => {
    onRun()
    return true
  }
  const view = new EditorView({
    doc: value,
    root,
    parent: root,
    extensions: [
      Prec.highest(keymap.of([{ key: 'Mod-Enter', run }])),
      basicSetup,
      language.of(languageWith({})),
      syntaxHighlighting(COLORS),
      EditorView.lineWrapping,
      EditorView.domEventHandlers({ beforeinput: replaceSelection }),
      EditorView.contentAttributes.of({ 'aria-label': 'SQL query' }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange(update.state.doc.toString())
      }),
      THEME,
    ],
  })
  return {
    setValue(text) {
      const { doc } = view.state
      if (doc.toString() !== text) view.dispatch({ changes: { from: 0, to: doc.length, insert: text } })
    },
    setSchema: (schema) => view.dispatch({ effects: language.reconfigure(languageWith(schema)) }),
    remove: () => view.destroy(),
  }
}

/** Typing over a selection: left to themselves, browsers insert its text with the style of the selected one. */
function replaceSelection(event: InputEvent, view: EditorView): boolean {
  if (event.inputType !== 'insertText' || event.data === null || view.state.selection.main.empty) return false
  event.preventDefault()
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true })
  return true
}

function languageWith(schema: Schema): Extension {
  return sql({ dialect: PostgreSQL, schema, upperCaseKeywords: false })
}

const COLORS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--space)' },
  { tag: tags.comment, color: 'var(--text-soft)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--dataset)' },
])

const THEME = EditorView.theme({
  '&': {
    color: 'var(--text)',
    backgroundColor: 'var(--surface)',
    fontSize: '0.875rem',
    minHeight: '10rem',
    maxHeight: '24rem',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', flexGrow: '1' },
  '.cm-content': { caretColor: 'var(--text)', padding: '0.625rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': {
    alignSelf: 'stretch',
    height: 'auto',
    color: 'var(--text-soft)',
    backgroundColor: 'var(--sunken)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--text)' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft)',
  },
  '.cm-selectionMatch': { backgroundColor: 'var(--mark)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)', outline: '1px solid var(--accent)' },
  '.cm-gutter.cm-foldGutter': { display: 'none !important' },
  '.cm-tooltip': { border: '1px solid var(--line)', backgroundColor: 'var(--raised)', color: 'var(--text)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.1875rem 0.5rem', fontFamily: 'var(--mono)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent-fill)',
    color: 'var(--on-accent)',
  },
  '.cm-completionIcon': { display: 'none' },
  '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--text)' },
})
