import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Verdicts that say "this is the item", those that say less, and none. */
const COLUMNS = [
  ...[
    'exact-match',
    'near-match',
    'options-shuffled',
    'question-and-answer',
    'question-match',
    'answer-side',
  ],
  ...['sibling-item', 'template', 'missed'],
] as const
const FIRM = COLUMNS.slice(0, 6) as readonly string[]

/** Which verdict each planted item got, by the kind of leak, and apart for items answered by yes or no. */
export class ClassTable {
  private readonly counts = new Map<string, Map<string, number>>()
  private readonly polar: ReadonlySet<string>

  constructor(folder: string, benchmarks: readonly string[]) {
    this.polar = new Set(benchmarks.flatMap((name) => polarItems(folder, name)))
  }

  /** @param verdict name of the class of the best counted or uncounted finding of the right item, or null. */
  add(kind: string, item: string, verdict: string | null): void {
    for (const row of [
      kind,
      `${this.polar.has(item) ? 'yes or no' : 'options that say something'}, ${kind}`,
    ]) {
      const counts = this.counts.get(row) ?? new Map<string, number>()
      counts.set(verdict ?? 'missed', (counts.get(verdict ?? 'missed') ?? 0) + 1)
      this.counts.set(row, counts)
    }
  }

  /** Markdown: planted, found at all (counted), found as the item, and each class. */
  lines(): string[] {
    const rows = [...this.counts].sort(
      ([a], [b]) => Number(a.includes(',')) - Number(b.includes(',')) || (a < b ? -1 : 1),
    )
    return [
      `| planted as | n | counted | the item (not a sibling) | ${COLUMNS.join(' | ')} |`,
      `|${'---|'.repeat(4 + COLUMNS.length)}`,
      ...rows.map(([kind, counts]) => {
        const of = (names: readonly string[]) => names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0)
        const n = of([...counts.keys()])
        const firm = of(FIRM)
        const cells = COLUMNS.map((name) => counts.get(name) ?? 0)
        return `| ${[kind, n, share(firm + of(['sibling-item']), n), share(firm, n), ...cells].join(' | ')} |`
      }),
    ]
  }
}

function share(part: number, whole: number): string {
  return `${part} (${(part / whole).toFixed(3)})`
}

/** Items whose only options are yes, no and maybe: their list of options tells none from another. */
function polarItems(folder: string, name: string): string[] {
  const lines = readFileSync(join(folder, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
  return lines
    .map((line) => JSON.parse(line) as { id: string; options?: Record<string, string> })
    .filter(({ options }) => Object.values(options ?? {}).every((text) => /^(yes|no|maybe)$/i.test(text)))
    .map(({ id }) => `${name}/${id}`)
}
