/** The stage inside whole audits: no stage, the token stage, all methods, one after the other on the same corpus. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { runAudit } from './audit-run.ts'
import type { AuditCost } from './audit-run.ts'

const WORKERS = 2
const MB = 2 ** 20

/** Prints what the stage adds to an audit without stages, next to what the token stage adds. */
export function compareRuns(
  corpus: string,
  { testdata, methods, print }: { testdata: string; methods: unknown; print: (line: string) => void },
): void {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-contamination-'))
  try {
    const run = (stages: unknown) => runAudit(folder, { source: resolve(corpus), stages, workers: WORKERS })
    const none = run({})
    const tokens = run({ tokens: { tokenizers: ['o200k_base'] } })
    const all = run({ contamination: { benchmarks: benchmarksOf(testdata), methods } })
    print(`\nWhole audits of ${all.rows} rows, ${WORKERS} workers:\n`)
    print('| stages | wall | processor | index | scan, processor | reduce | peak memory |')
    print('|---|---|---|---|---|---|---|')
    print(line('none', none, []))
    print(line('tokens (o200k_base)', tokens, ['tokens']))
    print(line('contamination, all methods', all, ['contamination', 'words']))
    printRatios(none, tokens, all, print)
    printFindings(all, print)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** All benchmark files but the one that stands for text no medical corpus holds. */
function benchmarksOf(testdata: string): { name: string; file: string }[] {
  return readdirSync(join(testdata, 'benchmarks'))
    .filter((file) => file.endsWith('.jsonl') && !file.startsWith('gsm8k'))
    .sort()
    .map((file) => ({ name: file.slice(0, -6), file: resolve(testdata, 'benchmarks', file) }))
}

function line(name: string, cost: AuditCost, parts: readonly string[]): string {
  const s = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  const scan = parts.reduce((sum, part) => sum + (cost.profile[part] ?? 0), 0)
  const reduce = parts.reduce((sum, part) => sum + (cost.ms[`reduce ${part}`] ?? 0), 0)
  const times = [cost.seconds * 1000, cost.processor * 1000, cost.ms['prepare'] ?? 0, scan, reduce].map(s)
  return `| ${name} | ${times.join(' | ')} | ${Math.round(cost.peakBytes / MB)} MB |`
}

function printRatios(
  ...[none, tokens, all, print]: [AuditCost, AuditCost, AuditCost, (line: string) => void]
): void {
  const wall = (all.seconds - none.seconds) / (tokens.seconds - none.seconds)
  const processor = (all.processor - none.processor) / (tokens.processor - none.processor)
  print(
    `\nBeyond an audit without stages, all methods take ${wall.toFixed(1)} times the wall time and ` +
      `${processor.toFixed(1)} times the processor time of the token stage (index, reduce and report included), and ` +
      `${Math.round((all.peakBytes - none.peakBytes) / MB)} MB more memory.`,
  )
}

function printFindings({ findings }: AuditCost, print: (line: string) => void): void {
  const sum = Object.values(findings).reduce((total, count) => total + count, 0)
  const [rule, most] = Object.entries(findings).sort((a, b) => b[1] - a[1])[0] ?? ['', 0]
  print(`\n${sum} findings were written, ${most} of them of the rule ${rule.split('/').at(-1) ?? ''}.`)
}
