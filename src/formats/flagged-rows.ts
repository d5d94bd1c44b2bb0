import { canonicalJson } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import type { Finding, RowPlace } from '../core/finding.ts'
import type { FindingNotes, Format } from '../core/record.ts'
import { flaggedRow } from './place.ts'

/** Rows of a file are collected in blocks, so that memory is bounded whatever the number of findings. */
const BLOCK_ROWS = 65_536

/**
 * `flagged-rows.jsonl`: what a data engineer feeds to a filter. One line per row: component, path, row, exampleId
 * (null when none is declared), rules. Sorted by component, path, row; rules sorted. Which rows: `flaggedRow`.
 */
export const flaggedRows: Format = {
  name: 'flagged-rows',
  file: 'flagged-rows.jsonl',
  notes: () => new FlaggedNotes(HELD_FINDINGS),
  render(_record, findings, known) {
    return flaggedLines(findings, HELD_FINDINGS, known?.notes as FlaggedNotes | undefined)
  },
}

/** Findings whose rows are held at once; more of them cost more passes over the stream, not more memory. */
const HELD_FINDINGS = 500_000

/**
 * @param passFindings findings held at once.
 * @param notes what was noted of the same findings already, with the same bound.
 */
export async function* flaggedLines(
  findings: () => AsyncIterable<Finding>,
  passFindings: number,
  notes?: FlaggedNotes,
): AsyncGenerator<string> {
  const { blocks, whole } = (notes ?? (await notesOf(findings(), passFindings))).result()
  for (let first = 0; first < blocks.length;) {
    let end = first
    let held = 0
    while (end < blocks.length && (end === first || held + (blocks[end]?.findings ?? 0) <= passFindings)) {
      held += blocks[end]?.findings ?? 0
      end++
    }
    const wanted = blocks.slice(first, end)
    if (!whole) await collect(findings(), new Map(wanted.map((block) => [block.key, block.rows])))
    for (const block of wanted) {
      yield* lines(block)
      block.rows.clear()
    }
    first = end
  }
}

interface Block {
  key: string
  component: string
  path: string
  number: number
  findings: number
  rows: Map<number, { exampleId: string | null; rules: Set<string> }>
}

/** Counts the findings of each block, and keeps their rows as well as long as they are few enough to be held at once. */
class FlaggedNotes implements FindingNotes {
  private readonly blocks = new Map<string, Block>()
  private readonly most: number
  private held = 0
  /** The block of the finding before: findings of one file come together. */
  private last: Block | null = null

  constructor(most: number) {
    this.most = most
  }

  add(finding: Finding): void {
    const row = flaggedRow(finding)
    if (row === null) return
    const block = this.blockOf(row)
    block.findings++
    this.held++
    if (this.held <= this.most) note(block.rows, row, finding.rule)
    else if (this.held === this.most + 1) for (const { rows } of this.blocks.values()) rows.clear()
  }

  private blockOf(row: RowPlace): Block {
    const { component, path } = row
    const number = Math.floor(row.row / BLOCK_ROWS)
    const { last } = this
    if (last?.number === number && last.path === path && last.component === component) return last
    const key = blockKey(row)
    let block = this.blocks.get(key)
    if (block === undefined) {
      block = { key, component, path, number, findings: 0, rows: new Map() }
      this.blocks.set(key, block)
    }
    this.last = block
    return block
  }

  /** Blocks in order; `whole` when they hold their rows. */
  result(): { blocks: Block[]; whole: boolean } {
    const blocks = [...this.blocks.values()].sort(
      (a, b) => byText(a.component, b.component) || byText(a.path, b.path) || a.number - b.number,
    )
    return { blocks, whole: this.held <= this.most }
  }
}

async function notesOf(findings: AsyncIterable<Finding>, most: number): Promise<FlaggedNotes> {
  const notes = new FlaggedNotes(most)
  for await (const finding of findings) notes.add(finding)
  return notes
}

async function collect(findings: AsyncIterable<Finding>, wanted: Map<string, Block['rows']>): Promise<void> {
  for await (const finding of findings) {
    const place = flaggedRow(finding)
    const rows = place === null ? undefined : wanted.get(blockKey(place))
    if (place !== null && rows !== undefined) note(rows, place, finding.rule)
  }
}

function note(rows: Block['rows'], place: RowPlace, rule: string): void {
  const row = rows.get(place.row)
  if (row === undefined) rows.set(place.row, { exampleId: place.exampleId ?? null, rules: new Set([rule]) })
  else {
    row.rules.add(rule)
    row.exampleId ??= place.exampleId ?? null
  }
}

/** Characters that are handed on at once: a call for each of very many lines takes longer than the lines. */
const PIECE = 1 << 16

function* lines(block: Block): Generator<string> {
  const { component, path } = block
  let piece = ''
  for (const [row, { exampleId, rules }] of [...block.rows].sort(([a], [b]) => a - b)) {
    const line: JsonObject = { component, exampleId, path, row, rules: [...rules].sort() }
    piece += `${canonicalJson(line)}\n`
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

function blockKey(row: RowPlace): string {
  return JSON.stringify([row.component, row.path, Math.floor(row.row / BLOCK_ROWS)])
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
