import { randomOf } from '../test/support/random.ts'
import { chat } from '../test/support/corpus.ts'
import { edited, pairs, prose, run } from '../test/stages/duplicates/near-run.ts'
function lcs(a: string[], b: string[]): number {
  let row = new Uint32Array(b.length + 1)
  for (const w of a) { const next = new Uint32Array(b.length + 1); for (let j = 0; j < b.length; j++) next[j + 1] = w === b[j] ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!); row = next }
  return row[b.length]!
}
const fill = Number(process.argv[2] ?? 400)
for (const [copies, words, rate] of [[3,1000,.1],[5,1500,.05],[8,500,.1],[8,1500,.1],[8,150,.1],[16,400,.08],[20,1000,.05],[8,3000,.06]] as const) {
  const random = randomOf(7 + copies + words)
  const examples = Array.from({ length: fill }, () => chat(prose(random, 40), prose(random, 200)))
  const texts: string[][] = []
  for (let g = 0; g < 3; g++) {
    const base = prose(random, words)
    texts.push(Array.from({ length: copies }, () => edited(random, base, rate)))
  }
  const start = examples.length
  for (const group of texts) for (const t of group) examples.push(chat(prose(random, 12), t))
  const expected: string[] = []
  texts.forEach((group, g) => { for (let i = 0; i < copies; i++) for (let j = i + 1; j < copies; j++) { const [a, b] = [group[i]!.split(' '), group[j]!.split(' ')]; if (lcs(a, b) >= 0.76 * Math.max(a.length, b.length)) expected.push(`${start + g * copies + i}-${start + g * copies + j}`) } })
  const t = performance.now()
  const result = await run(examples)
  const found = new Set(pairs(result.findings, 'near-duplicate'))
  const near = (result.metrics['levels'] as any)['near-duplicate']
  console.log(copies, words, rate, 'expected', expected.length, 'found', expected.filter((p) => found.has(p)).length, 'all', found.size, JSON.stringify(near.clusters), 'removable', near.removable, Math.round(performance.now() - t), 'ms')
}
