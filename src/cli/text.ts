import { styleText } from 'node:util'

/** Text from corpora, file names and servers, made harmless for a terminal. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (char) => {
    if (char === '\n' || char === '\t') return ' '
    return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`
  })
}

/** Control characters, and those that reorder or hide what stands around them. */
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

export function duration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`
}

/** Rows as aligned columns; numbers (cells that start with a digit) to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const right = header.map(
    (_, column) => rows.every((row) => /^[\d–—?-]/.test(row[column] ?? '0')) && column > 0,
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        right[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  return all.map(line).join('\n')
}

export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string

/** Colours only where a person reads them. */
export function painter(enabled: boolean): Paint {
  return (style, text) => (enabled ? styleText(style, text) : text)
}

const NAMED = 5

/** What is said of data files that belong to no component: they were not `done`, and are not audited. Empty when there are none. */
export function leftOut(done: string, paths: readonly string[]): string {
  if (paths.length === 0) return ''
  const named = paths.slice(0, NAMED).map(visible).join(', ')
  const more = paths.length > NAMED ? `, and ${count(paths.length - NAMED)} more` : ''
  const [they, them] = paths.length === 1 ? ['It is', 'it'] : ['They are', 'them']
  return (
    `\n\nnot ${done}: ${plural(paths.length, 'data file')} of no component: ${named}${more}` +
    `\n${they} not audited either; a glob or "components" in a pipeline names ${them}`
  )
}
