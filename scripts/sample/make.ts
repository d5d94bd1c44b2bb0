/**
 * Writes `data/sample/`, a corpus of about 2,000 invented examples with known duplicates, leaks and defects; beside
 * it the benchmark that leaked (`sample-benchmark.jsonl`) and the list of what was planted (`sample-truth.jsonl`). Deterministic: the same script gives the same bytes.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  LETTERS,
  answerText,
  curated,
  dialogue,
  guideline,
  question,
  questionText,
  syntheticCurated,
} from './examples.ts'
import type { Body, Row } from './examples.ts'
import { between, randomOf, write } from './grammar.ts'
import type { Random } from './grammar.ts'
import { SPELLINGS, defective, leak, nearCopy, respelled, shuffled } from './plants.ts'
import type { Item, Planted } from './plants.ts'
import { parquetBytes } from './write.ts'

interface Component {
  name: string
  rows: number
  files: number
  make: (random: Random) => Body
  /** Kind of plant → how many. */
  plants: Readonly<Record<string, number>>
}

const COMPONENTS: readonly Component[] = [
  {
    name: 'curated_qa',
    rows: 800,
    files: 2,
    make: curated,
    plants: {
      record_dup: 3,
      exact_dup: 6,
      norm_dup: 7,
      near_dup: 6,
      option_shuffle: 6,
      same_prompt: 5,
      leak_verbatim: 5,
      leak_edited: 4,
      leak_embedded: 2,
      leak_question_only: 3,
      leak_answer: 3,
      leak_short: 2,
      empty_answer: 2,
      damaged: 2,
    },
  },
  {
    name: 'synthetic_curated_qa',
    rows: 640,
    files: 1,
    make: syntheticCurated,
    plants: {
      exact_dup: 4,
      norm_dup: 3,
      near_dup: 4,
      same_prompt: 3,
      leak_verbatim: 2,
      leak_edited: 2,
      truncated: 4,
      open_fence: 2,
    },
  },
  {
    name: 'guidelines_qa',
    rows: 460,
    files: 1,
    make: guideline,
    plants: { exact_dup: 2, near_dup: 2, leak_embedded: 2, foreign: 8, truncated: 2 },
  },
  {
    name: 'synthetic_moove',
    rows: 100,
    files: 1,
    make: dialogue,
    plants: { exact_dup: 1, unknown_role: 3, repeated_turn: 2 },
  },
]

const ITEMS = 60
const ROW_GROUP_ROWS = 200

function benchmark(random: Random): Item[] {
  return Array.from({ length: ITEMS }, (_, i) => {
    const id = `ward-${String(i + 1).padStart(3, '0')}`
    const asked = question(random)
    // The last items are short: fewer than eight words, where only an exact match can be told from chance.
    if (i >= ITEMS - 6) asked.text = write(random, 'Which organ does {compound} spare?')
    const context = i >= 45 && i < ITEMS - 6 ? { context: write(random, '{explain}. {explain}.') } : {}
    return { id, question: asked, ...context }
  })
}

function itemLine(item: Item): object {
  const options = Object.fromEntries(item.question.options.map((option, i) => [LETTERS[i]!, option]))
  const { id, context } = item
  return {
    id,
    question: item.question.text,
    options,
    answer: LETTERS[item.question.right]!,
    ...(context === undefined ? {} : { context }),
  }
}

/** Index of a row that has a multiple-choice question in the rows still to be copied from. */
function plant(
  random: Random,
  kind: string,
  index: number,
  world: { bodies: Body[]; component: Component; items: Item[] },
): Planted {
  const { bodies, component, items } = world
  const of = between(random, 0, bodies.length - 1)
  const original = bodies[of]!
  if (kind === 'record_dup' || kind === 'exact_dup') {
    const source = kind === 'exact_dup' && component.name === 'curated_qa' ? 'ask-a-clinic' : original.source
    return { kind, of, params: {}, body: { ...original, source } }
  }
  if (kind === 'norm_dup') {
    const how = Object.keys(SPELLINGS)[index % Object.keys(SPELLINGS).length]!
    return { kind, of, params: { how }, body: respelled(original, how) }
  }
  if (kind === 'near_dup') {
    const share = [0.02, 0.05, 0.08][index % 3]!
    return { kind, of, params: { editedShare: share }, body: nearCopy(random, original, share) }
  }
  if (kind === 'same_prompt') {
    const conversations = original.conversations.map((turn, i, all) =>
      i === all.length - 1 ? { ...turn, value: write(random, '{reason} {reason}') } : turn,
    )
    return { kind, of, params: {}, body: { ...original, conversations } }
  }
  if (kind.startsWith('leak_')) {
    const [first, count] = kind === 'leak_short' ? [ITEMS - 6, 6] : [0, 45]
    const item = items[first + between(random, 0, count - 1)]!
    return { kind, item: item.id, params: {}, body: leak(random, item, kind) }
  }
  return { kind, params: {}, body: defective(random, kind, index, component.make(random)) }
}

/** A question and the same question with its options in another order. */
function shufflePair(random: Random): [Body, Body] {
  const asked = question(random)
  const chat = (one: typeof asked): Body => ({
    conversations: [
      { from: 'human', value: questionText(one) },
      { from: 'gpt', value: answerText(random, one) },
    ],
    source: 'ward-exam',
  })
  return [chat(asked), chat(shuffled(random, asked))]
}

interface Made {
  rows: Row[]
  truth: object[]
}

function makeComponent(random: Random, component: Component, items: Item[]): Made {
  const count = Object.values(component.plants).reduce((sum, n) => sum + n, 0)
  const shuffles = component.plants.option_shuffle ?? 0
  const bodies = Array.from({ length: component.rows - count - shuffles }, () => component.make(random))
  const planted: Planted[] = []
  const all = [...bodies]
  for (const [kind, times] of Object.entries(component.plants)) {
    for (let i = 0; i < times; i++) {
      if (kind !== 'option_shuffle') {
        planted.push(plant(random, kind, i, { bodies, component, items }))
        continue
      }
      const [first, second] = shufflePair(random)
      planted.push({ kind, of: all.push(first) - 1, params: {}, body: second })
    }
  }
  return place(random, component, all, planted)
}

/** Puts planted rows at random places and writes down where everything went. */
function place(
  random: Random,
  component: Component,
  originals: readonly Body[],
  planted: readonly Planted[],
): Made {
  const entries = [...originals, ...planted.map((one) => one.body)].map((body, index) => ({
    body,
    index,
    order: random(),
  }))
  entries.sort((a, b) => a.order - b.order)
  const placeOf = new Map(entries.map(({ index }, at) => [index, at]))
  const idOf = (index: number): string =>
    createHash('sha256').update(`${component.name} ${index}`).digest('hex').slice(0, 12)
  const rows = entries.map(({ body, index }) => {
    const original = planted[index - originals.length]
    return { ...body, conversation_id: original?.kind === 'record_dup' ? idOf(original.of!) : idOf(index) }
  })
  const truth = planted.map(({ kind, of, item, params }, i) => {
    const at = addressOf(component, placeOf.get(originals.length + i)!)
    return {
      kind,
      ...at,
      ...(of === undefined ? {} : { original: addressOf(component, placeOf.get(of)!) }),
      ...(item === undefined ? {} : { item }),
      params,
    }
  })
  return { rows, truth }
}

function addressOf(component: Component, at: number): { component: string; path: string; row: number } {
  const perFile = Math.ceil(component.rows / component.files)
  const file = Math.floor(at / perFile)
  return { component: component.name, path: pathOf(component, file), row: at - file * perFile }
}

function pathOf(component: Component, file: number): string {
  const number = (n: number): string => String(n).padStart(5, '0')
  return `data/${component.name}/train-${number(file)}-of-${number(component.files)}.parquet`
}

function main(out: string): void {
  const random = randomOf(20260101)
  const items = benchmark(random)
  rmSync(out, { recursive: true, force: true })
  const truth: object[] = []
  for (const component of COMPONENTS) {
    const made = makeComponent(random, component, items)
    truth.push(...made.truth)
    const perFile = Math.ceil(component.rows / component.files)
    for (let file = 0; file < component.files; file++) {
      const bytes = parquetBytes(made.rows.slice(file * perFile, (file + 1) * perFile), ROW_GROUP_ROWS)
      save(out, pathOf(component, file), bytes)
    }
  }
  const lines = (objects: readonly object[]): string =>
    objects.map((object) => `${JSON.stringify(object)}\n`).join('')
  save(`${out}-benchmark.jsonl`, '', lines(items.map(itemLine)))
  save(`${out}-truth.jsonl`, '', lines(truth))
  save(out, 'README.md', card())
}

function save(out: string, path: string, content: string | Uint8Array): void {
  const target = join(out, path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, content)
}

/** What the card says is true, but for one number: see the claim S3. */
function card(): string {
  const configs = COMPONENTS.map(
    ({ name }) => `  - config_name: ${name}\n    data_files: data/${name}/train-*.parquet`,
  )
  const counts: Readonly<Record<string, string>> = { guidelines_qa: '478' }
  const table = COMPONENTS.map(({ name, rows }) => `| ${name} | ${counts[name] ?? rows} |`)
  return `---
license: apache-2.0
language:
  - en
configs:
${configs.join('\n')}
---

# Ward Notes, a sample corpus

Everything in this corpus is invented: the diseases, the drugs, the people and the societies. It is no medical
advice. It exists to show an audit, and holds duplicates, benchmark leaks and defects that were planted on purpose;
\`../sample-truth.jsonl\` lists them.

| component | examples |
|---|---|
${table.join('\n')}

The corpus has about 2k examples. The examples are in English. Half of curated_qa are multiple-choice questions.
No example was written by a patient.
`
}

main(process.argv[2] ?? 'data/sample')
