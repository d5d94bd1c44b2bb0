import { shown } from '../visible.ts'

/** Markup that is safe to write as it stands. Only `html` and `raw` make it. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What a template accepts: markup, text (escaped), numbers, nothing (null, undefined, false), or lists of these. */
export type Fill = Html | string | number | null | undefined | false | readonly Fill[]

/**
 * A template that escapes by default: text is escaped for element content and for quoted attributes, hidden
 * characters are made visible, and a text longer than `SHOWN_LENGTH` is cut, so that no field of a corpus can run,
 * hide or swell the page. Attributes must be quoted in the template.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Fill[]): Html {
  const fixed = tight(strings)
  let text = fixed[0] ?? ''
  for (let index = 0; index < values.length; index++) {
    text += fill(values[index]) + (fixed[index + 1] ?? '')
  }
  return new Html(text)
}

/** The indentation of templates means nothing to a browser and would make up a third of the page. */
function tight(strings: TemplateStringsArray): readonly string[] {
  let fixed = TIGHT.get(strings)
  if (fixed === undefined) {
    fixed = strings.map((part) => part.replace(/\s*\n\s*/g, '\n'))
    TIGHT.set(strings, fixed)
  }
  return fixed
}

const TIGHT = new WeakMap<TemplateStringsArray, readonly string[]>()

/** Markup written by this project itself (style, script, SVG paths). Never for text of a corpus. */
export function raw(text: string): Html {
  return new Html(text)
}

function fill(value: Fill): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return escapeHtml(shown(value))
  return value.map(fill).join('')
}

/** Escapes text whose hidden characters are already visible. */
export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;')
}

export function join(parts: readonly Fill[], separator: Fill = ''): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : [separator, part]))}`
}
