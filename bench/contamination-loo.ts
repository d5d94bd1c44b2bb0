/**
 * Leave-one-out: every benchmark item audited as if it were training data, against all *other* items. The hits are
 * natural: rewordings, siblings, repeated stems. Prints how many fall under each class, and a fixed sample of them
 * for reading; labels of the sample that was read are in bench/results/contamination-loo.jsonl (ids, no text).
 *
 *   node scripts/bench.mjs contamination-loo [--sample N [--unread]] [--firm]      (ASSAY_TESTDATA names the folder with benchmarks/)
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../src/core/package.ts'
import { contamination } from '../src/stages/contamination/stage.ts'
import type { Finding } from '../src/core/finding.ts'
import type { Stage } from '../src/core/stage.ts'
import { chat, memoryRun } from '../test/support/corpus.ts'
import { localResources } from '../test/stages/contamination/local-resources.ts'

interface Item {
  id: string
  question: string
  options: Record<string, string>
  answer: string
}

const testdata = process.env['ASSAY_TESTDATA']
if (testdata === undefined) throw new Error('set ASSAY_TESTDATA to the folder with benchmarks/')
const names = readdirSync(join(testdata, 'benchmarks'))
  .filter((file) => file.endsWith('.jsonl') && !file.startsWith('gsm8k'))
  .map((file) => file.slice(0, -6))
const items = new Map<string, Item>()
for (const name of names) {
  for (const line of readFileSync(join(testdata, 'benchmarks', `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')) {
    const item = JSON.parse(line) as Item
    items.set(`${name}/${item.id}`, item)
  }
}
const classes = JSON.parse(
  readFileSync(join(testdata, 'benchmarks/equivalent_items.json'), 'utf8'),
) as string[][]
const classOf = new Map(classes.flatMap((ids) => ids.map((id) => [id, ids[0] as string])))
const same = (a: string, b: string) => (classOf.get(a) ?? a) === (classOf.get(b) ?? b)

const examples = [...items].map(([id, item]) => {
  const options = Object.entries(item.options)
  const list = options.map(([label, text]) => `${label}. ${text}`).join('\n')
  return chat(`${item.question}\n\n${list}`, `${item.answer}. ${item.options[item.answer] ?? ''}`, { id })
})
const stage = contamination.create({
  benchmarks: names.map((name) => ({ name, file: `benchmarks/${name}.jsonl` })),
  methods: ['assay'],
}) as unknown as Stage
const { findings } = await memoryRun(stage, [{ component: 'items', path: 'items.jsonl', examples }], {
  batchRows: 2000,
  resources: localResources(testdata),
})
const key = (finding: Finding) =>
  `${finding.place.kind === 'row' ? finding.place.exampleId : ''} ${finding.benchmark}/${finding.item}`
const others = findings.filter((finding) => {
  const [row, item] = key(finding).split(' ') as [string, string]
  return !same(row, item) && finding.severity !== 'info'
})
const counts = new Map<string, number>()
for (const finding of others) counts.set(finding.rule, (counts.get(finding.rule) ?? 0) + 1)
console.log(`${items.size} items, ${others.length} pairs of one item and another`)
for (const [rule, count] of [...counts].sort()) console.log(`${rule}: ${count}`)

const labelsFile = join(packageRoot, 'bench', 'results', 'contamination-loo.jsonl')
const labelled: readonly Label[] = existsSync(labelsFile)
  ? readFileSync(labelsFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Label)
  : []
if (labelled.length > 0) {
  const byKey = new Map(others.map((finding) => [key(finding), finding]))
  const still = labelled.filter((label) => byKey.has(`${label.row} ${label.item}`))
  const wrong = still.filter((label) => label.label === 'wrong')
  console.log(
    `${labelled.length} pairs were read; ${still.length} of them are still reported, ${wrong.length} of those are plainly wrong`,
  )
  for (const label of ['same', 'reworded', 'sibling', 'wrong']) {
    const own = still.filter((entry) => entry.label === label)
    const firm = own.filter(
      (entry) => byKey.get(`${entry.row} ${entry.item}`)?.rule !== 'contamination/sibling-item',
    )
    console.log(`read as ${label}: ${own.length}, of which not called a sibling: ${firm.length}`)
    if (process.argv.includes('--firm') && label !== 'reworded')
      for (const entry of firm) console.log(`  ${entry.row} ${entry.item} ${entry.reason}`)
  }
}

interface Label {
  row: string
  item: string
  label: 'same' | 'reworded' | 'sibling' | 'wrong'
  reason: string
}

const wanted = process.argv.includes('--sample')
  ? Number(process.argv[process.argv.indexOf('--sample') + 1])
  : 0
const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const read = new Set(labelled.map((label) => `${label.row} ${label.item}`))
const unread = process.argv.includes('--unread')
  ? others.filter((finding) => !read.has(key(finding)))
  : others
const sample = [...unread].sort((a, b) => (hash(key(a)) < hash(key(b)) ? -1 : 1)).slice(0, wanted)
for (const finding of sample) {
  const [row, item] = key(finding).split(' ') as [string, string]
  const show = (id: string) => {
    const { question, options } = items.get(id) as Item
    return `${question.length > 260 ? `${question.slice(0, 90)} … ${question.slice(-160)}` : question} [${Object.values(options).slice(0, 4).join(' | ').slice(0, 120)}]`.replaceAll(
      '\n',
      ' ',
    )
  }
  console.log(`\n${row} ${item} ${finding.rule.slice(14)} ${finding.score}\n  ${show(row)}\n  ${show(item)}`)
}
