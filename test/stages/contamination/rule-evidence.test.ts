import { describe, expect, it } from 'vitest'
import { findingId } from '../../../src/core/finding-id.ts'
import { ROLES } from '../../../src/core/example.ts'
import type { Example } from '../../../src/core/example.ts'
import type { EvidenceLevel } from '../../../src/core/finding.ts'
import { canonicalJson } from '../../../src/core/json.ts'
import { quote } from '../../../src/core/quote.ts'
import type { ContaminationIndex } from '../../../src/stages/contamination/build.ts'
import { EvidenceMaker, RuleQuoter, round } from '../../../src/stages/contamination/evidence.ts'
import { packItems } from '../../../src/stages/contamination/items.ts'
import { foundIn, makeFinding } from '../../../src/stages/contamination/match-findings.ts'
import type { Making } from '../../../src/stages/contamination/match-findings.ts'
import { METHODS } from '../../../src/stages/contamination/options.ts'
import type { RuleHit } from '../../../src/stages/contamination/tally.ts'
import { pick, randomOf } from '../../support/random.ts'

const QUESTIONS = ['What is it?', 'What is "it"?', 'Größe \\ of\tit 🩺?', 'x'.repeat(700), 'What is it?']
const ITEMS = packItems([
  QUESTIONS.map((question, i) => ({ id: `q"${i}`, question, options: [], answer: null, context: null })),
  QUESTIONS.map((question, i) => ({ id: `r${i}`, question, options: [], answer: null, context: null })),
])
const TEXTS = ['a stock phrase of the corpus', 'another "phrase" \u0000 é', 'long '.repeat(200)]
const index = {
  items: ITEMS,
  benchmarks: [{ name: 'ward' }, { name: 'öther' }],
} as unknown as ContaminationIndex

/** The evidence as an object, written out by the one function that writes canonical JSON. */
function reference(hit: RuleHit, example: Example, level: EvidenceLevel): string {
  const side = (bytes: Uint8Array, from: number, to: number) => {
    const { start, end, sha256, text } = quote(bytes, from, to, level)
    return text === undefined ? { start, end, sha256 } : { start, end, sha256, text, marks: [] }
  }
  const field = ITEMS.itemField[hit.item]!
  const item = ITEMS.bytes.subarray(ITEMS.fieldText[field], ITEMS.fieldText[field + 1])
  const { text } = example.turns[hit.turn]!
  const method = METHODS[hit.method]!
  const swiss = method === 'swiss-ai'
  const same = [...ITEMS.sameAs.keys()].filter((i) => i !== hit.item && ITEMS.sameAs[i] === hit.item)
  const names = same.map((i) => `${i < QUESTIONS.length ? 'ward' : 'öther'}/${ITEMS.id[i]!}`)
  return canonicalJson({
    turn: hit.turn,
    ...(swiss
      ? { evalIndex: ITEMS.indexIn[hit.item]!, matchedTokens: hit.matched, evalTokens: hit.length }
      : { matchedWords: hit.matched, itemWords: hit.length }),
    ratio: round(hit.matched / hit.length),
    ...(method.startsWith('ngram-') && names.length > 0 ? { sameText: names } : {}),
    texts: [
      { label: 'example', turn: hit.turn, role: ROLES[hit.role]!, ...side(text, hit.from, hit.to) },
      { label: 'item', ...side(item, 0, item.length) },
    ],
  })
}

function randomHit(random: () => number, row: number, example: Example): RuleHit {
  const turn = Math.floor(random() * example.turns.length)
  const { text, role } = example.turns[turn]!
  const [from, to] = [0, random() < 0.7 ? text.length : Math.floor(random() * text.length)]
  const length = 1 + Math.floor(random() * 3)
  return {
    ...{ row, turn, role: ROLES.indexOf(role), from, to, length, matched: pick(random, [1, length]) },
    ...{ method: 1 + Math.floor(random() * (METHODS.length - 1)), item: Math.floor(random() * ITEMS.count) },
  }
}

describe('findings of published rules', () => {
  it.each(['full', 'snippet', 'hash'] as const)('equal those made one by one: %s', (level) => {
    const random = randomOf(41)
    const tools = { maker: new EvidenceMaker(ITEMS), quoter: new RuleQuoter(ITEMS, level) }
    const making: Making = { index, evidence: level, paths: {}, kinds: new Map(), ...tools }
    for (let row = 0; row < 200; row++) {
      const exampleId = random() < 0.5 ? null : `id ${row}`
      const turns = Array.from({ length: 1 + Math.floor(random() * 2) }, () => ({
        role: pick(random, ['user', 'assistant'] as const),
        text: new TextEncoder().encode(pick(random, TEXTS)),
      }))
      const example: Example = { shard: 0, row, turns, columns: {}, exampleId }
      making.quoter.example = example
      const place = foundIn(example, 'c', 'd/ü.jsonl')
      for (let n = 0; n < 8; n++) {
        const hit = randomHit(random, row, example)
        const method = METHODS[hit.method]!
        const [benchmark, item] = [hit.item < QUESTIONS.length ? 'ward' : 'öther', ITEMS.id[hit.item]!]
        const score = Math.min(1, hit.matched / hit.length)
        const match = { shard: 0, component: 'c', row, method: hit.method, item: hit.item, className: null }
        const source = { kind: 'rule', hit } as const
        const made = makeFinding({ ...match, counted: true, score, source, sameText: [] }, place, making)
        expect(made.evidence).toBe(reference(hit, example, level))
        const at = { kind: 'row', component: 'c', path: 'd/ü.jsonl', row } as const
        expect(made.id).toBe(findingId(`contamination/${method}`, at, `${method} ${benchmark} ${item}`))
        const unit = method === 'swiss-ai' ? 'tokens' : 'words'
        expect(made.message).toBe(
          `${method}: ${hit.matched} of ${hit.length} ${unit} of ${benchmark}/${item}, in the ${turns[hit.turn]!.role}'s turn`,
        )
        expect(made).toMatchObject({ severity: 'medium', method, benchmark, item, score: round(score) })
        expect(made.place).toEqual(exampleId === null ? at : { ...at, exampleId })
      }
    }
  })
})
