import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base'
import type { JsonObject } from '../../../src/core/json.ts'
import type { Role } from '../../../src/core/example.ts'
import type { Stage } from '../../../src/core/stage.ts'
import { AuditError } from '../../../src/core/error.ts'
import { TOKENS } from '../../../src/stages/tokens/tokens.ts'
import { stageContract } from '../../contracts/stage-contract.ts'
import { memoryRun } from '../../support/corpus.ts'
import type { MemoryExample, MemoryShard } from '../../support/corpus.ts'
import { pick, randomOf } from '../../support/random.ts'
import { diskResources } from '../../text/tokenizer/oracle.ts'

const WORDS = [
  'fever',
  'cough',
  '2.5',
  'mg/day',
  'ß-blocker',
  '患者',
  'naïve',
  '–',
  '\n',
  'Diabetes',
  "patient's",
]
const SPACES = [' ', '  ', '\t', '\n', '\u00a0', '\u2003', '\u3000', '\u001c', ' \r\n']
const random = randomOf(7)

function sentence(): string {
  const length = Math.floor(random() * random() * 120)
  let text = ''
  for (let i = 0; i < length; i++) text += pick(random, WORDS) + pick(random, SPACES)
  return text
}

function example(): MemoryExample {
  const roles: Role[] = random() < 0.5 ? ['system', 'user', 'assistant'] : ['user', 'assistant', 'tool']
  return { turns: roles.map((role) => ({ role, text: sentence() })) }
}

const shards: MemoryShard[] = [
  { component: 'alpha', path: 'alpha/0.parquet', examples: Array.from({ length: 40 }, example) },
  {
    component: 'beta',
    path: 'beta/0.parquet',
    examples: [{ turns: [], unreadable: 'wrong-type' }, ...Array.from({ length: 30 }, example)],
  },
  { component: 'beta', path: 'beta/1.parquet', examples: Array.from({ length: 9 }, example) },
]

const create = (options: JsonObject = {}): Stage => TOKENS.create(options) as unknown as Stage

/** Python's str.split() in the obvious way. */
const pythonSplit = (text: string) =>
  text.split(/[\s\u0085\u001c-\u001f]+/).filter((word) => word !== '').length

stageContract('tokens', {
  create: () => TOKENS.create({ sequenceLengths: [64, 128] }),
  shards,
  options: { resources: diskResources },
})

describe('tokens', () => {
  it('totals equal a recount of every turn, by component, role and unit', async () => {
    const { result, metrics } = await memoryRun(create(), shards, { resources: diskResources })
    for (const component of ['alpha', 'beta']) {
      const turns = shards
        .filter((shard) => shard.component === component)
        .flatMap((shard) => shard.examples.flatMap((one) => one.turns))
      const sum = (measure: (text: string) => number, role?: Role) =>
        turns
          .filter((turn) => role === undefined || turn.role === role)
          .reduce((total, turn) => total + measure(String(turn.text)), 0)
      const figures = result.components![component]!
      expect(figures.turns).toBe(turns.length)
      expect(figures.textBytes).toBe(sum((text) => Buffer.byteLength(text)))
      expect(figures.words).toBe(sum(pythonSplit))
      const roles = ['system', 'user', 'assistant', 'tool'] as const
      expect(figures.tokens).toEqual({
        o200k_base: {
          total: sum(countTokens),
          byRole: Object.fromEntries(roles.map((role) => [role, sum(countTokens, role)])),
        },
      })
      const definitions = metrics['definitions'] as unknown as Definition[]
      const total = (unit: string, scope: string) =>
        definitions.find((one) => one.unit === unit && one.scope === scope)!.perComponent[component]
      expect(total('words', 'all')).toBe(sum(pythonSplit))
      expect(total('words', 'without-system')).toBe(sum(pythonSplit) - sum(pythonSplit, 'system'))
      expect(total('characters', 'all')).toBe(sum((text) => [...text].length))
      expect(total('tokens', 'without-system')).toBe(sum(countTokens) - sum(countTokens, 'system'))
    }
  })

  it('quantiles and excess are those of the sorted list of example lengths', async () => {
    const limit = 100
    const run = await memoryRun(create({ sequenceLengths: [limit] }), shards, { resources: diskResources })
    const examples = shards.flatMap((shard) => shard.examples).filter((one) => one.unreadable === undefined)
    const lengths = examples
      .map((one) => one.turns.reduce((total, turn) => total + countTokens(String(turn.text)), 0))
      .sort((a, b) => a - b)
    const measured = (run.metrics['corpus'] as Lengths).lengths['o200k_base'] as Record<string, unknown>
    const at = (share: number) => lengths[Math.ceil(share * lengths.length) - 1]
    expect(measured).toMatchObject({
      examples: lengths.length,
      min: lengths[0],
      max: lengths.at(-1),
      p05: at(0.05),
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      over: { [limit]: lengths.filter((length) => length > limit).length },
    })
    const histogram = measured['histogram'] as { edges: number[]; counts: number[] }
    histogram.counts.forEach((count, i) => {
      const inside = lengths.filter((n) => n >= histogram.edges[i]! && n < histogram.edges[i + 1]!)
      expect(count).toBe(inside.length)
    })
    const lost = lengths.reduce((total, length) => total + Math.max(0, length - limit), 0)
    expect((measured['cut'] as Record<string, JsonObject>)[limit]!['tokens']).toBe(lost)
  })

  it('names a tokenizer that cannot be fetched and goes on with the others', async () => {
    const stage = create({ tokenizers: ['hf:some/model', 'cl100k_base'] })
    const refusing = {
      ...diskResources,
      file: (ref: Parameters<typeof diskResources.file>[0]) =>
        ref.kind === 'hub'
          ? Promise.reject(new AuditError('HUB_FORBIDDEN', { what: 'no access', where: ref.repo }))
          : diskResources.file(ref),
    }
    const run = await memoryRun(stage, shards, { resources: refusing })
    expect(run.notChecked.map((entry) => entry.what)).toEqual(['tokens by hf:some/model'])
    expect(run.warnings).toHaveLength(1)
    expect(Object.keys(run.result.components!['alpha']!.tokens)).toEqual(['cl100k_base'])
  })

  it('ends before the data for a file that is not a tokenizer, and for a name that means nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-tokens-'))
    const path = join(folder, 'tokenizer.json')
    const prepare = (spec: string) =>
      memoryRun(create({ tokenizers: [spec] }), shards, { resources: diskResources })
    for (const content of [
      '',
      '{"a": 1}',
      '[1]',
      '{"model": {"type": "BPE"}}',
      '\u0000\u0001',
      '{"model":{"vocab":3}}',
    ]) {
      writeFileSync(path, content)
      await expect(prepare(`file:${path}`)).rejects.toMatchObject({ code: 'TOKENIZER_INVALID' })
    }
    await expect(prepare('o200k_bse')).rejects.toThrow('did you mean o200k_base?')
  })

  it('names an option it does not know, and the nearest one', () => {
    expect(() => create({ tokenizer: ['o200k_base'] })).toThrow('did you mean tokenizers?')
    expect(() => create({ tokenizers: [] })).toThrow('1 to 16')
    expect(() => create({ sequenceLengths: [0] })).toThrow('positive integers')
    expect(() => create({ chatTemplates: ['hf:a/b'] })).toThrow('stand in tokenizers')
  })
})

interface Definition {
  unit: string
  scope: string
  perComponent: Record<string, number>
}
// A report is JSON of many levels; the test looks at one place of it.
type Lengths = { lengths: Record<string, unknown> }
