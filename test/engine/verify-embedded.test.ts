import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { finding } from '../../src/core/finding-id.ts'
import type { Finding } from '../../src/core/finding.ts'
import { emptyVerification } from '../../src/engine/verification.ts'
import type { Verification } from '../../src/engine/verification.ts'
import { checkEmbedded } from '../../src/engine/verify-embedded.ts'
import { writeEvidence } from '../../src/io/evidence.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-embedded-'))
afterAll(() => rmSync(folder, { recursive: true }))

const of = (rule: string, row: number): Finding =>
  finding({
    ...{ rule, severity: 'low', message: `row ${row} repeats`, evidence: {} },
    place: { kind: 'row', component: 'c', path: 'a.jsonl', row },
  })
const all = [of('duplicates/a', 1), of('quality/b', 2), of('duplicates/a', 3), of('duplicates/a', 4)]
const first = { 'duplicates/a': [all[0]!, all[2]!], 'quality/b': [all[1]!] }

async function checked(stated: readonly Finding[]): Promise<Verification> {
  const path = join(folder, 'evidence.parquet')
  async function* stream(): AsyncGenerator<Finding> {
    yield* await Promise.resolve(stated)
  }
  await writeEvidence(path, stream())
  const verification = emptyVerification()
  await checkEmbedded(first, { path, file: 'evidence.parquet' }, verification)
  return verification
}

describe('findings of audit.json and of the evidence', () => {
  it('are the same in a report nobody altered', async () => {
    expect((await checked(all)).discrepancies).toEqual([])
  })

  it.each<[string, readonly Finding[], string]>([
    ['a message', all.map((one, i) => (i === 2 ? { ...one, message: 'fine' } : one)), all[2]!.id],
    ['an id', all.map((one, i) => (i === 1 ? { ...one, id: '0'.repeat(16) } : one)), all[1]!.id],
    ['a finding taken out', all.filter((_, i) => i !== 1), all[1]!.id],
    ['a finding taken out before others', all.slice(1), all[0]!.id],
    ['every finding taken out', [], all[0]!.id],
  ])('differ by %s', async (_, stated, where) => {
    const { discrepancies } = await checked(stated)
    expect(discrepancies.map((one) => one.where)).toContain(where)
  })
})
