import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import { duckParquet } from '../support/parquet.ts'

let folder = ''
beforeAll(() => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-turn-fields-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ask = (text: string): object => ({ role: 'user', content: text })
const order = (drug: string, dose: string, id = 'call-1'): object => ({
  ...{ role: 'assistant', content: null },
  tool_calls: [
    { id, type: 'function', function: { name: 'order', arguments: JSON.stringify({ drug, dose }) } },
  ],
})
const answer = (content: string, more: object = {}): object => ({ role: 'assistant', content, ...more })

const rows: [id: string, ...messages: object[]][] = [
  ['call-1', ask('What does the patient of bed four get today?'), order('aspirin', '5 mg')],
  ['call-2', ask('What does the patient of bed four get today?'), order('warfarin', '500 mg')],
  [
    'thought-1',
    ask('Is a pulse of 130 at rest normal?'),
    answer('No.', { reasoning_content: 'The range ends at 100.' }),
  ],
  [
    'thought-2',
    ask('Is a pulse of 130 at rest normal?'),
    answer('No.', { reasoning_content: 'That is a tachycardia.' }),
  ],
  ['thought-3', ask('Who was first?'), answer('<think>\nNobody knows.\n</think>\n\nNobody.')],
  ['thought-4', ask('Who was first?'), answer('Nobody.', { reasoning_content: 'Nobody knows.' })],
  ['named-1', ask('Which of the two wards is full?'), answer('The second.', { weight: 0 })],
  ['named-2', ask('Which of the two wards is full?'), answer('The second.', { weight: 1 })],
]
const examples = rows.map(([id, ...messages]) => ({ id, messages }))

const TYPE = `STRUCT("role" VARCHAR, content VARCHAR, reasoning_content VARCHAR, weight INTEGER,
  tool_calls STRUCT(id VARCHAR, "type" VARCHAR, "function" STRUCT("name" VARCHAR, arguments VARCHAR))[])[]`

async function audit(name: string): Promise<AuditRecord> {
  const out = join(folder, `${name}-report`)
  const run = await assay(['run', name, '--out', out, '--workers', '1'], { cwd: folder })
  expect(run.stderr).not.toMatch(/assay: /)
  return JSON.parse(readFileSync(join(out, 'audit.json'), 'utf8')) as AuditRecord
}

function said(record: AuditRecord): unknown[] {
  return Object.entries(record.findings)
    .filter(([rule]) => /duplicates|quality\/empty|input/.test(rule))
    .flatMap(([rule, found]) =>
      found.map(({ place, message }) => [
        rule,
        ...(place.kind === 'pair' ? [place.a.exampleId, place.b.exampleId].sort() : [place.kind]),
        message,
      ]),
    )
    .sort()
}

describe('turns with more than role and content', () => {
  it('are told apart by calls and reasoning, and what is not read is named', async () => {
    writeFileSync(join(folder, 'rows.jsonl'), examples.map((row) => `${JSON.stringify(row)}\n`).join(''))
    await duckParquet(join(folder, 'rows.parquet'), examples, { columns: { id: 'VARCHAR', messages: TYPE } })
    const [lines, table] = [await audit('rows.jsonl'), await audit('rows.parquet')]
    const equal = 'Roles and texts of the turns are equal, byte for byte'
    expect(said(lines)).toEqual([
      [
        ...['duplicates/conversation-exact', 'named-1', 'named-2'],
        `${equal}; what was not read of them differs: "weight"`,
      ],
      ['duplicates/conversation-exact', 'thought-3', 'thought-4', equal],
      ['duplicates/same-prompt', 'call-1', 'call-2', 'The same prompt has different answers'],
      [
        ...['duplicates/same-prompt', 'thought-1', 'thought-2'],
        'The same prompt and answer; only the reasoning differs',
      ],
    ])
    expect(said(table)).toEqual(said(lines))
    for (const { notChecked } of [lines, table])
      expect(notChecked.map(({ why }) => why)).toContain(
        'it is not read, in 4 rows: "tool_calls.id" (2 rows), "weight" (2 rows)',
      )
  })
})
