import type { Piece } from './excerpt.ts'
import { visible } from './visible.ts'

/** A run of cells that is marked or not. */
export interface Segment {
  text: string
  marked: boolean
}
export type Line = readonly Segment[]
export type MarkPaint = (text: string) => string

/** Columns a text takes on a terminal: wide East Asian and emoji two, combining marks and joiners none. */
export function cells(text: string): number {
  let sum = 0
  for (const character of text) sum += cellsOf(character.codePointAt(0) ?? 0)
  return sum
}

const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
]
const NARROW: readonly (readonly [number, number])[] = [
  [0x300, 0x36f],
  [0x200c, 0x200d],
  [0x20d0, 0x20ff],
  [0xfe00, 0xfe0f],
  [0xfe20, 0xfe2f],
]

function cellsOf(code: number): number {
  if (code < 0x300) return 1
  if (NARROW.some(([low, high]) => code >= low && code <= high)) return 0
  return WIDE.some(([low, high]) => code >= low && code <= high) ? 2 : 1
}

/**
 * Breaks pieces into lines of at most `width` cells. Without colour a mark is `«…»` around the words, so that it
 * survives a pipe and a screen reader.
 */
export function wrap(pieces: readonly Piece[], width: number, colour: boolean): Line[] {
  const lines: Line[] = []
  for (const paragraph of paragraphs(pieces, colour)) {
    let line: Segment[] = []
    let used = 0
    for (const word of paragraph.flatMap((segment) => words(segment, width))) {
      const long = cells(word.text.trimEnd())
      if (used > 0 && used + long > width) {
        lines.push(trimmed(line))
        line = []
        used = 0
      }
      line.push(word)
      used += cells(word.text)
    }
    lines.push(trimmed(line))
  }
  return lines
}

function paragraphs(pieces: readonly Piece[], colour: boolean): Segment[][] {
  const out: Segment[][] = [[]]
  for (const { text, marked } of pieces) {
    const shownText = visible(text).replace(/\t/g, '    ')
    const whole = marked && !colour ? `«${shownText}»` : shownText
    for (const [index, part] of whole.split('\n').entries()) {
      if (index > 0) out.push([])
      if (part !== '') out[out.length - 1]?.push({ text: part, marked })
    }
  }
  return out
}

/** Words with the blanks after them; one longer than a line is cut. */
function words(segment: Segment, width: number): Segment[] {
  return [...segment.text.matchAll(/\s*\S+\s*|\s+/g)].flatMap(([word]) =>
    cells(word.trimEnd()) <= width
      ? [{ ...segment, text: word }]
      : chunks(word, width).map((text) => ({ ...segment, text })),
  )
}

function chunks(word: string, width: number): string[] {
  const out: string[] = []
  let part = ''
  for (const character of word) {
    if (cells(part + character) > width) {
      out.push(part)
      part = ''
    }
    part += character
  }
  return [...out, part]
}

function trimmed(line: readonly Segment[]): Line {
  const last = line[line.length - 1]
  return last === undefined ? line : [...line.slice(0, -1), { ...last, text: last.text.trimEnd() }]
}

/** Lines as text, marked runs painted. */
export function painted(line: Line, mark: MarkPaint): string {
  return line.map(({ text, marked }) => (marked ? mark(text) : text)).join('')
}

/** Two columns with a rule between, each `width` cells. */
export function beside(
  left: readonly Line[],
  right: readonly Line[],
  { width, mark }: { width: number; mark: MarkPaint },
): string[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const line = left[index] ?? []
    const gap = ' '.repeat(Math.max(0, width - cells(line.map(({ text }) => text).join(''))))
    return `${painted(line, mark)}${gap} │ ${painted(right[index] ?? [], mark)}`.trimEnd()
  })
}
