import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import { describe, expect, test } from 'vitest'
import { SwissMatcher, buildSwissIndex } from '../../../src/stages/contamination/swiss-ai.ts'
import { COMPONENTS, TESTDATA, benchmarkItems, denseRows } from './testdata.ts'
import type { Item } from './testdata.ts'

interface Golden {
  benchmarks: Record<
    string,
    Record<string, { eval_id: string; eval_index: number; eval_tokens: number; matched_tokens: number }[]>
  >
}

const tokens = (text: string) => encode(text, { allowedSpecial: new Set(), disallowedSpecial: new Set() })

describe.skipIf(TESTDATA === null)('swiss-ai on dense20k (skipped: ASSAY_TESTDATA is not set)', () => {
  test('yields exactly the 378 pairs of the golden file', async () => {
    const golden = JSON.parse(
      readFileSync(join(TESTDATA as string, 'dense20k/fom_golden.json'), 'utf8'),
    ) as Golden
    const expected = Object.entries(golden.benchmarks).flatMap(([benchmark, rows]) =>
      Object.entries(rows).flatMap(([row, pairs]) =>
        pairs.map(
          (p) => `${benchmark} ${row} ${p.eval_id} ${p.eval_index} ${p.matched_tokens}/${p.eval_tokens}`,
        ),
      ),
    )
    expect(expected).toHaveLength(378)
    const found: string[] = []
    const benchmarks = Object.keys(golden.benchmarks).map((name) => prepare(name))
    for (const component of COMPONENTS) {
      for (const row of await denseRows(component)) {
        const human = row.conversations.find((turn) => turn.from === 'human')
        const text = Uint32Array.from(tokens(human?.value ?? ''))
        for (const { name, items, matcher } of benchmarks) {
          matcher.match(text, (item, matched, length) =>
            found.push(`${name} ${row.conversation_id} ${items[item]?.id} ${item} ${matched}/${length}`),
          )
        }
      }
    }
    expect(found.sort()).toEqual(expected.sort())
  })
})

function prepare(name: string) {
  const items = benchmarkItems(name)
  const encoded = items.map((item) => tokens(prompt(name, item)))
  const start = new Int32Array(items.length + 1)
  encoded.forEach((ids, i) => (start[i + 1] = (start[i] as number) + ids.length))
  const symbols = Uint32Array.from(encoded.flat())
  return { name, items, matcher: new SwissMatcher(buildSwissIndex({ start, symbols }, 1)) }
}

/** The prompt forms of the published rule. */
function prompt(benchmark: string, item: Item): string {
  if (benchmark === 'medxpertqa_text') return item.question
  if (benchmark === 'pubmedqa_test') return `${(item.context ?? '').replaceAll('\n', ' ')}\n${item.question}`
  return (
    item.question +
    Object.entries(item.options)
      .map(([label, text]) => `\n${label}. ${text}`)
      .join('')
  )
}
