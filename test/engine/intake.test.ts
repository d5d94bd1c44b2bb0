import { describe, expect, it } from 'vitest'
import { TURN_FLAG } from '../../src/core/example.ts'
import type { Plan } from '../../src/core/plan.ts'
import { intakeStage } from '../../src/engine/intake.ts'
import { unreadColumns } from '../../src/engine/unread-columns.ts'
import { recogniseColumns, shapeColumns } from '../../src/io/shape.ts'
import { stageContract } from '../contracts/stage-contract.ts'
import { chat, memoryPlan, memoryRun } from '../support/corpus.ts'
import type { MemoryExample, MemoryShard } from '../support/corpus.ts'

const odd: MemoryExample[] = [
  chat('How are you?', 'Well.'),
  { turns: [], unreadable: 'null-conversation' },
  {
    turns: [
      { role: 'unknown', text: 'I am a narrator', flags: TURN_FLAG.unknownRole, label: '"narrator"' },
      { role: 'unknown', text: 'I am a judge', flags: TURN_FLAG.unknownRole, label: '"judge"' },
      { role: 'unknown', text: 'I narrate', flags: TURN_FLAG.unknownRole, label: '"narrator"' },
    ],
  },
  {
    turns: [
      { role: 'user', text: 'a\ufffdb', flags: TURN_FLAG.invalidUtf8 | TURN_FLAG.partsOmitted },
      { role: 'assistant', text: '', flags: TURN_FLAG.nullContent },
    ],
  },
  { turns: [], unreadable: 'wrong-type' },
  chat('Again?', 'Yes.'),
]

const shards: MemoryShard[] = [
  { component: 'a', path: 'a.parquet', examples: [...odd, ...odd] },
  { component: 'b', path: 'b.parquet', examples: odd },
]

stageContract('input', { create: intakeStage, shards })

describe('taking rows in', () => {
  it('names every strange row once per kind, by row', async () => {
    const { findings, metrics } = await memoryRun(intakeStage(), [shards[1]!])
    expect(findings.map(({ rule, place }) => [rule, 'row' in place ? place.row : null])).toEqual([
      ['input/null-conversation', 1],
      ['input/unknown-role', 2],
      ['input/invalid-utf8', 3],
      ['input/null-content', 3],
      ['input/parts-omitted', 3],
      ['input/wrong-type', 4],
    ])
    expect(metrics['rows']).toMatchObject({ 'input/wrong-type': 1, 'input/unknown-role': 1 })
  })

  it('tells content of a wrong type from content that is null', async () => {
    const flags = [TURN_FLAG.wrongContent, TURN_FLAG.nullContent]
    const examples = flags.map((flag): MemoryExample => ({
      turns: [{ role: 'user', text: '5', flags: flag }],
    }))
    const { findings } = await memoryRun(intakeStage(), [{ component: 'a', path: 'a', examples }])
    expect(findings.map(({ rule }) => rule)).toEqual(['input/wrong-content', 'input/null-content'])
  })

  it('names the column that is absent, and those that look like a conversation instead', async () => {
    const other = (column: string): MemoryExample => ({
      ...{ turns: [], unreadable: 'absent-column', columns: { [column]: 'x', id: 'y' } },
    })
    const examples = [chat('a', 'b'), other('messages'), other('secret'), ...Array(1000).fill(other('text'))]
    const shard = { component: 'a', path: 'a', examples: examples as MemoryExample[] }
    for (const sliceRows of [5000, 2]) {
      const { findings } = await memoryRun(intakeStage(), [shard], { sliceRows })
      const start = 'The row does not have the column its conversation is read from'
      const advice = 'which is read where rows of this layout stand in a file of their own'
      expect(findings[0]).toMatchObject({
        message: `${start}: "conversations"; it has "messages", ${advice}`,
        evidence: { readFrom: ['conversations'], columns: ['messages'] },
      })
      // A name nobody knows is text of the corpus.
      expect(findings[1]!.message).toBe(`${start}: "conversations"`)
      expect(findings[1000]!.message).toMatch(/1002 rows .* it has "messages", "text", which is read/)
    }
  })

  it('tells the declared ids of the rows it names, however the shard is cut', async () => {
    const rows = odd.map((row, i): MemoryExample =>
      i === 2 ? row : { ...row, columns: { id: `ward ${i}` } },
    )
    for (const [sliceRows, batchRows] of [
      [100, 100],
      [2, 1],
    ] as const) {
      const shard = { component: 'a', path: 'a', examples: rows }
      const { findings } = await memoryRun(intakeStage(), [shard], { sliceRows, batchRows })
      expect(findings.map(({ place }) => ('row' in place ? [place.row, place.exampleId] : null))).toEqual([
        [1, 'ward 1'],
        [2, undefined],
        ...[3, 3, 3].map((row) => [row, 'ward 3']),
        [4, 'ward 4'],
      ])
    }
  })

  it('names the roles nobody knows, with their turns', async () => {
    const { findings, metrics } = await memoryRun(intakeStage(), [shards[0]!])
    const roles = [
      { role: '"narrator"', turns: 2 },
      { role: '"judge"', turns: 1 },
    ]
    const found = findings.filter(({ rule }) => rule === 'input/unknown-role')
    expect(found).toHaveLength(2)
    expect(found[0]).toMatchObject({
      message: 'A turn has a role of an unknown name: "narrator" (2 turns), "judge"',
      evidence: { roles },
    })
    expect(metrics['unknownRoles']).toEqual({ roles: roles.map((one) => ({ ...one, turns: 2 * one.turns })) })
    const hashed = await memoryRun(intakeStage(), [shards[0]!], { evidence: 'hash' })
    expect(JSON.stringify([hashed.findings, hashed.metrics])).not.toMatch(/narrator/)
  })

  it('names the fields of turns nobody reads as not checked, by component, with their rows', async () => {
    const turn = (unread: Record<string, string>): MemoryExample => ({
      turns: [
        { role: 'user', text: 'x', unread },
        { role: 'assistant', text: 'y', unread },
      ],
    })
    const fields = [turn({ '"name"': '1', '"ward"': '2' }), turn({ '"name"': '3' }), turn({})]
    const parts: MemoryShard[] = [
      { component: 'a', path: 'a', examples: fields },
      { component: 'a', path: 'b', examples: fields },
      { component: 'b', path: 'c', examples: fields.slice(1, 2) },
      { component: 'c', path: 'd', examples: fields.slice(2) },
    ]
    for (const sliceRows of [100, 1]) {
      const { notChecked } = await memoryRun(intakeStage(), parts, { sliceRows })
      expect(notChecked.map(({ what, why }) => [what, why])).toEqual([
        [
          'what turns in "a" hold beside role, content, reasoning and calls',
          'it is not read, in 4 rows: "name" (4 rows), "ward" (2 rows)',
        ],
        [
          'what turns in "b" hold beside role, content, reasoning and calls',
          'it is not read, in 1 row: "name" (1 row)',
        ],
      ])
    }
    const hashed = await memoryRun(intakeStage(), parts, { evidence: 'hash' })
    expect(hashed.notChecked[0]!.why).toBe('it is not read, in 4 rows: "name" (4 rows), and others')
  })

  it('bounds how many fields of turns are told apart and named, however the shard is cut', async () => {
    const examples = Array.from({ length: 1500 }, (_, i): MemoryExample => ({
      turns: [{ role: 'user', text: 'x', unread: { [`"field ${(i * 7919) % 500}"`]: '1' } }],
    }))
    const runs = []
    for (const sliceRows of [100_000, 700, 64])
      runs.push(await memoryRun(intakeStage(), [{ component: 'a', path: 'a', examples }], { sliceRows }))
    expect(runs[0]!.notChecked.map(({ why }) => why)).toEqual([
      expect.stringMatching(/^it is not read, in 1500 rows: ("field \d+" \(3 rows\), ){8}and others$/),
    ])
    for (const { notChecked } of runs) expect(notChecked).toEqual(runs[0]!.notChecked)
  })

  it('names so many roles and counts the rest, however the shard is cut', async () => {
    const many = Array.from({ length: 1500 }, (_, i): MemoryExample => ({
      turns: [
        {
          ...{ role: 'unknown', text: 'x', flags: TURN_FLAG.unknownRole },
          label: `"role ${(i * 7919) % 500}"`,
        },
      ],
    }))
    const runs = []
    for (const sliceRows of [100_000, 700, 64])
      runs.push(
        await memoryRun(intakeStage(), [{ component: 'a', path: 'a', examples: many }], { sliceRows }),
      )
    const last = runs[0]!.findings.at(-1)!
    expect(last.message).toMatch(/: 1500 rows of the shard, the first 1000 listed: .* and 29 more$/)
    expect(last.evidence).toMatchObject({ turnsOfOtherRoles: 1500 - 20 * 3 })
    for (const { findings, metrics } of runs) {
      expect(findings.at(-1)).toEqual(last)
      expect(metrics).toEqual(runs[0]!.metrics)
    }
  })

  it('lists the first rows of a kind and counts the rest, however the shard is cut', async () => {
    const many: MemoryShard[] = [
      {
        component: 'a',
        path: 'a',
        examples: Array.from({ length: 1503 }, () => ({ turns: [], unreadable: 'no-turns' as const })),
      },
    ]
    for (const sliceRows of [100_000, 700, 64]) {
      const { findings, metrics } = await memoryRun(intakeStage(), many, { sliceRows })
      expect(findings).toHaveLength(1001)
      expect(findings.slice(0, 1000).map(({ place }) => ('row' in place ? place.row : null))).toEqual(
        Array.from({ length: 1000 }, (_, row) => row),
      )
      expect(findings[1000]).toMatchObject({
        place: { kind: 'shard' },
        evidence: { rows: 1503, listed: 1000 },
      })
      expect(metrics['rows']).toEqual({ 'input/no-turns': 1503 })
    }
  })
})

describe('columns beside the conversation', () => {
  const planWith = (...names: string[]): Plan => {
    const plan = memoryPlan([shards[1]!])
    const schema = names.map((name) => ({ name, type: 'utf8', nullable: true }))
    return { ...plan, shards: plan.shards.map((shard) => ({ ...shard, schema })) }
  }
  const shape = (plan: Plan) => shapeColumns(plan.columns.shape)[0] as string

  it('are named where a model is trained on them', () => {
    const plan = planWith('messages', 'system', 'Options', 'licence')
    expect(unreadColumns(plan)).toMatchObject({ what: 'text of the columns "Options", "system"' })
  })

  it('of a file laid out in another way than the first are told by what is read of that file', () => {
    const [turns, pair] = [planWith('text', 'options'), planWith('prompt', 'response')]
    const plan = { ...turns, shards: [...turns.shards, ...pair.shards] }
    const columns = plan.shards.map(({ schema, path }) => recogniseColumns(schema ?? [], {}, path))
    expect(unreadColumns(plan, columns)?.what).toBe('text of the columns "options"')
    expect(unreadColumns(plan)?.what).toMatch('"prompt", "response"')
  })

  it('are nothing to tell of where they are read, or say nothing to a model', () => {
    const plan = planWith('id', 'language')
    expect(unreadColumns(planWith(shape(plan), 'id', 'language'))).toBeNull()
  })
})
