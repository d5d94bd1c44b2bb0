/** Findings of the hand-made record, in the order of a stream. */
import { finding } from '../../src/core/finding-id.ts'
import type { Finding } from '../../src/core/finding.ts'
import type { JsonObject, JsonValue } from '../../src/core/json.ts'
import { sha, shardPath, SMALL } from './record-sizes.ts'
import type { Sizes } from './record-sizes.ts'

const QUESTION =
  'A 54-year-old man on the ward has a pulse of 38 and feels faint when he stands up; which medicine on his chart is the most likely cause'
const ANSWER = 'The nurse wrote that the dose was doubled on Monday, and the pulse fell the day after.'

/** Findings in the order of a stream: input, duplicates, contamination, claims. */
export function sampleFindings(sizes: Sizes = SMALL): readonly Finding[] {
  let made = MADE.get(sizes)
  if (made === undefined) MADE.set(sizes, (made = [...make(sizes)]))
  return made
}

const MADE = new WeakMap<Sizes, readonly Finding[]>()

function* make(sizes: Sizes): Generator<Finding> {
  const names = Object.keys(sizes.components)
  const name = (index: number): string => names[index % names.length] ?? ''
  const row = (
    component: string,
    index: number,
  ): { component: string; path: string; row: number; exampleId: string } => ({
    component,
    path: shardPath(component, 0, sizes.filesPerComponent),
    row: index,
    exampleId: `${component}-${index}`,
  })
  for (let index = 0; index < 3; index++) {
    yield finding({
      rule: 'input/unknown-role',
      severity: 'low',
      place: { kind: 'row', ...row(name(index), index) },
      message: 'Turn 2 has the role "moderator", which is none we know.',
      evidence: { turn: 2, role: 'moderator' },
    })
  }
  for (let index = 0; index < sizes.pairs; index++) {
    const near = index % 2 === 1
    const a = `${QUESTION}? ${ANSWER} Case ${index}.`
    const b = near ? a.replace('Monday', 'Tuesday').replace('faint', 'dizzy') : a
    yield finding({
      rule: near ? 'duplicates/near' : 'duplicates/conversation-exact',
      severity: near ? 'medium' : 'low',
      place: {
        kind: 'pair',
        a: row(name(index), 2 * index),
        b: row(name(index + (index % 3)), 2 * index + 1),
      },
      message: near
        ? 'Two conversations share 94% of their word 5-grams.'
        : 'Two conversations are equal turn for turn.',
      score: near ? 0.94 : 1,
      evidence: { level: near ? 'near' : 'conversation-exact', texts: [side('a', a), side('b', b)] },
    })
  }
  yield* hits(sizes, row, name)
  yield finding({
    rule: 'claims/contradicted',
    severity: 'high',
    place: { kind: 'claim', name: 'C3' },
    message: 'Claim C3 is contradicted: drug_leaflets has fewer rows than the card says.',
    evidence: { claim: 'C3' },
  })
}

function* hits(
  sizes: Sizes,
  row: (
    component: string,
    index: number,
  ) => { component: string; path: string; row: number; exampleId: string },
  name: (index: number) => string,
): Generator<Finding> {
  for (let benchmark = 0; benchmark < sizes.benchmarks; benchmark++) {
    for (let index = 0; index < sizes.hitsPerBenchmark; index++) {
      const weak = index % 5 === 4
      yield finding({
        rule: weak ? 'contamination/template' : 'contamination/question-match',
        severity: weak ? 'info' : 'high',
        place: { kind: 'row', ...row(name(benchmark), 100 + index) },
        message: weak
          ? 'The shared words are boilerplate of many rows.'
          : 'The row holds 92% of the words of a benchmark question, in order.',
        method: 'assay',
        benchmark: `ward_quiz_${benchmark + 1}`,
        item: `item-${index}`,
        score: weak ? 0.3 : 0.92,
        evidence: {
          class: weak ? 'weak' : 'strong',
          matchedWords: 24,
          texts: [
            side('example', `Consider the following case. ${QUESTION}? ${ANSWER}`),
            side('item', `${QUESTION}?`),
          ],
        },
        key: `assay/${index}`,
      })
    }
  }
}

/** The same finding, of an item that stands in so many turns of its row. */
export function inTurns(finding: Finding, turns: number, marks: JsonValue = [[-5, -1]]): Finding {
  const marked = (quoted: JsonObject): JsonObject => {
    const { length } = quoted['text'] as string
    return { ...quoted, marks: (marks as number[][]).map(([from, to]) => [length + from!, length + to!]) }
  }
  const parts = Array.from({ length: turns }, (_, turn) => ({
    ...marked(side('example', `Part ${turn} of the case.`)),
    turn: 2 * turn,
  }))
  const texts = [...parts, marked(side('item', 'The whole case.'))]
  return { ...finding, evidence: { ...finding.evidence, texts } }
}

function side(label: string, text: string): JsonObject {
  return { label, turn: 1, role: 'user', start: 0, end: text.length, text, sha256: sha(text) }
}
