import { prepareTokenizer, openTokenizer } from '../../text/tokenizer/tokenizer.ts'
import type { Tokenizer, TokenizerIndex } from '../../text/tokenizer/tokenizer.ts'
import { buildNgramTable } from '../../text/ngram-table.ts'
import type { NgramTable, Texts } from '../../text/ngram-table.ts'
import { shared } from '../../text/shared.ts'
import type { StageContext } from '../../core/stage.ts'
import { promptText, readBenchmarks } from './benchmarks.ts'
import type { Benchmark } from './benchmarks.ts'
import { FIELD, packItems } from './items.ts'
import type { PackedItems } from './items.ts'
import type { ContaminationOptions, Method } from './options.ts'
import { buildSeedIndex, gather } from './seeds.ts'
import type { SeedIndex } from './seeds.ts'
import { buildSwissIndex } from './swiss-ai.ts'
import type { SwissIndex } from './swiss-ai.ts'

/** What the report says of a benchmark; its items are in `PackedItems`. */
export type BenchmarkInfo = Omit<Benchmark, 'items'> & { items: number; firstItem: number }

/** Everything the workers share: built once, the big arrays in shared memory. */
export interface ContaminationIndex {
  benchmarks: readonly BenchmarkInfo[]
  methods: readonly Method[]
  items: PackedItems
  seeds: SeedIndex
  swiss: { tokenizer: TokenizerIndex; index: SwissIndex } | null
  swissFixed: SwissIndex | null
  /** Word 13-grams and 8-grams of the questions, one of each text, and 8-grams of the passages. */
  ngram13: WordGrams | null
  ngram8: WordGrams | null
  passages: WordGrams | null
}

/** Word grams of texts: text t is words [start[t], start[t + 1]) of those gathered, and of item `item[t]`. */
export interface WordGrams {
  table: NgramTable
  start: Int32Array
  item: Int32Array
}

export async function buildIndex(
  options: ContaminationOptions,
  context: StageContext,
): Promise<ContaminationIndex> {
  const benchmarks = await readBenchmarks(options.benchmarks, context)
  const items = packItems(benchmarks.map((benchmark) => benchmark.items))
  const methods = options.methods.map((method) => method.name)
  const tokenizer = options.methods.find((method) => method.name === 'swiss-ai')?.tokenizer ?? null
  let firstItem = 0
  const infos = benchmarks.map(({ items: list, ...info }) => {
    const first = firstItem
    firstItem += list.length
    return { ...info, items: list.length, firstItem: first }
  })
  return {
    benchmarks: infos,
    methods,
    items,
    seeds: buildSeedIndex(items),
    swiss: tokenizer === null ? null : await swissIndex(benchmarks, tokenizer, context),
    swissFixed: methods.includes('swiss-ai-fixed') ? buildSwissIndex(questionAndOptions(items), 0) : null,
    ngram13: methods.includes('ngram-13') ? questionGrams(items, 13) : null,
    ngram8: methods.includes('ngram-8-coverage') ? questionGrams(items, 8) : null,
    passages: methods.includes('assay') ? passageIndex(items) : null,
  }
}

async function swissIndex(benchmarks: readonly Benchmark[], name: string, context: StageContext) {
  const tokenizer = await prepareTokenizer(name, context.resources)
  const engine = await openTokenizer(tokenizer)
  const encoder = new TextEncoder()
  const encoded = benchmarks.flatMap((benchmark) =>
    benchmark.items.map((item) => encode(engine, encoder.encode(promptText(item, benchmark.prompt)))),
  )
  return { tokenizer, index: buildSwissIndex(endToEnd(encoded), 1) }
}

export function encode(tokenizer: Tokenizer, bytes: Uint8Array): Uint32Array {
  let out = new Uint32Array(Math.max(16, bytes.length >> 1))
  let written = tokenizer.encode(bytes, 0, bytes.length, out)
  while (written < 0) {
    out = new Uint32Array(out.length * 2)
    written = tokenizer.encode(bytes, 0, bytes.length, out)
  }
  return out.slice(0, written)
}

function endToEnd(texts: readonly Uint32Array[]): Texts {
  const start = shared(Int32Array, texts.length + 1)
  texts.forEach((text, i) => (start[i + 1] = (start[i] as number) + text.length))
  const symbols = shared(Uint32Array, start[texts.length] as number)
  texts.forEach((text, i) => symbols.set(text, start[i]))
  return { start, symbols }
}

/** Question and options of each item as one text of words, without labels. */
function questionAndOptions(items: PackedItems): Texts {
  const texts: Uint32Array[] = []
  for (let item = 0; item < items.count; item++) {
    const first = items.itemField[item] as number
    let end = first + 1
    while (end < (items.itemField[item + 1] as number) && items.fieldKind[end] === FIELD.option) end++
    texts.push(items.word.slice(items.fieldWord[first], items.fieldWord[end]))
  }
  return endToEnd(texts)
}

/** Items with the same question are one text, under the first of them: what is found of one is found of all. */
function questionGrams(items: PackedItems, n: number): WordGrams {
  const distinct = Int32Array.from(items.sameAs.filter((first, i) => first === i))
  const fields = Array.from(distinct, (i) => items.itemField[i] as number)
  const texts = gather(items, fields)
  return { table: buildNgramTable(texts, n), start: texts.start, item: distinct }
}

function passageIndex(items: PackedItems): WordGrams | null {
  const fields: number[] = []
  const item: number[] = []
  for (let i = 0; i < items.count; i++) {
    for (let f = items.itemField[i] as number; f < (items.itemField[i + 1] as number); f++) {
      if (items.fieldKind[f] !== FIELD.context) continue
      fields.push(f)
      item.push(i)
    }
  }
  if (fields.length === 0) return null
  const texts = gather(items, fields)
  return { table: buildNgramTable(texts, 8), start: texts.start, item: Int32Array.from(item) }
}
