import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { UNREADABLE } from '../../src/core/example.ts'
import { QualityScanner } from '../../src/stages/quality/scan.ts'
import { DEFECT, DEFECTS } from '../../src/stages/quality/defects.ts'
import { makeWords } from '../../src/text/words.ts'
import { recogniseColumns } from '../../src/io/shape.ts'
import { readSlice } from '../../src/io/decode.ts'
import { shardOf } from '../support/parquet.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const data = join(root, 'data')

function filesBelow(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return all.filter((path) => path.startsWith('sample') && statSync(join(folder, path)).isFile()).sort()
}

interface Truth {
  kind: string
  path: string
  row: number
}

function truth(): Truth[] {
  const lines = readFileSync(join(data, 'sample-truth.jsonl'), 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Truth)
}

describe('the embedded sample', () => {
  it('is what its script writes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-sample-'))
    try {
      const done = spawnSync(
        process.execPath,
        [join(root, 'scripts/make-sample.mjs'), join(folder, 'sample')],
        { encoding: 'utf8' },
      )
      expect(done.stderr).toBe('')
      const committed = filesBelow(data)
      expect(filesBelow(folder)).toEqual(committed)
      for (const path of committed) {
        expect(readFileSync(join(folder, path)).equals(readFileSync(join(data, path))), path).toBe(true)
      }
      const size = committed.reduce((sum, path) => sum + statSync(join(data, path)).size, 0)
      expect(size).toBeLessThan(2 << 20)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('has 2,000 readable rows, and the planted defects are where the truth says', async () => {
    const found = new Map<string, Set<string>>()
    let rows = 0
    for (const path of filesBelow(join(data)).filter((name) => name.endsWith('.parquet'))) {
      const shard = await shardOf(join(data, path))
      const columns = recogniseColumns(shard.schema!, {}, path)
      const scanner = new QualityScanner()
      const slice = { shard: 0, start: 0, end: shard.rowGroups!.length, firstRow: 0, rows: shard.rows }
      for await (const batch of readSlice(shard, slice, { columns, memoryBytes: 1 << 30 })) {
        rows += batch.length
        expect([...batch.unreadable].every((code) => UNREADABLE[code] === 'readable')).toBe(true)
        scanner.scan({
          ...batch,
          words: () =>
            makeWords({ textStart: batch.textStart, turns: batch.role.length, bytes: batch.bytes }),
        })
      }
      const tally = scanner.tally()
      const kinds = tally['defectKind'] as Uint8Array
      ;(tally['defectRow'] as Float64Array).forEach((row, i) => {
        const { rule } = DEFECTS[kinds[i]!]!
        const places = found.get(rule) ?? new Set()
        found.set(rule, places.add(`${path.replace('sample/', '')} ${row}`))
      })
    }
    expect(rows).toBe(2000)
    const planted = (kind: string): string[] =>
      truth()
        .filter((one) => one.kind === kind)
        .map(({ path, row }) => `${path} ${row}`)
        .sort()
    const at = (defect: number): string[] => [...(found.get(DEFECTS[defect]!.rule) ?? [])].sort()
    expect(at(DEFECT.emptyAnswer)).toEqual(planted('empty_answer'))
    expect(at(DEFECT.damagedText)).toEqual(planted('damaged'))
    expect(at(DEFECT.openFence)).toEqual(planted('open_fence'))
    expect(at(DEFECT.repeatedTurn)).toEqual(planted('repeated_turn'))
    // A cut that happens to fall on the end of a sentence leaves no trace; nothing else may be called truncated.
    const truncated = at(DEFECT.cutAnswer)
    expect(truncated.length).toBeGreaterThanOrEqual(planted('truncated').length - 2)
    for (const place of truncated) expect(planted('truncated')).toContain(place)
  })
})
