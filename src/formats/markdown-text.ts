import { shownLine } from './visible.ts'

/**
 * Text of the corpus for a Markdown document: hidden characters visible, one line, nothing left that Markdown or
 * HTML inside Markdown acts on. Characters that start markup are backslash-escaped; `<`, `>`, `&` become entities;
 * a `@` gets an entity so that a pasted report mentions nobody; a URL gets one so that it does not become a link.
 */
export function markdownText(text: string, length = 200): string {
  return shownLine(text, length)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*[\]|~$]/g, '\\$&')
    .replace(/(?<![a-zA-Z0-9])_|_(?![a-zA-Z0-9])/g, '\\_')
    .replace(/^(\s*)([-+#=])/, '$1\\$2')
    .replace(/@/g, '&#64;')
    .replace(/:\/\//g, '&#58;//')
    .replace(/www\./gi, (match) => `${match.slice(0, 3)}&#46;`)
    .replace(/^(\s*\d+)([.)])/, '$1\\$2')
}

/** Text in a code span: for paths, hashes and commands, which must stay as they are to be copied. */
export function markdownCode(text: string, length = 200): string {
  const line = shownLine(text, length).replace(/\|/g, '¦')
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return line === '' ? '' : `${fence}${pad}${line}${pad}${fence}`
}

/** A table of cells that are already Markdown. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const align = heads.map((head) => (head.endsWith(' #') ? '---:' : '---'))
  const names = heads.map((head) => head.replace(/ #$/, ''))
  return [names, align, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
