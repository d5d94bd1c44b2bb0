import { conversationsParquet, wardTalk } from './parquet.ts'
import type { Conversation } from './parquet.ts'
import type { Repository } from './repository.ts'
import type { LoopbackHub } from './server.ts'

/** Name of the first corpus on the Hub: what `pipelines/fully-open-meditron.yaml` points at. */
export const MEDITRON = 'EPFLiGHT/fully-open-meditron'

/** Shards and rows of each component in the small copy; the proportions follow the published counts. */
export const MEDITRON_LAYOUT = {
  curated_qa: [70, 70, 70],
  synthetic_curated_qa: [105, 105],
  guidelines_qa: [70, 70],
  synthetic_moove: [24],
} as const

/** The root card of the newest revision: licence and statements, no configs. */
const ROOT_CARD = `---
license: cc-by-nc-4.0
language:
- en
---
# A small copy of the layout

Four components of conversations for tests: curated_qa, synthetic_curated_qa, guidelines_qa and synthetic_moove.
All text below data/ was written for the test and says nothing about medicine.
`

/** The second card, which alone documents configs. */
const DATA_CARD = `---
configs:
- config_name: default
  data_files:
  - split: train
    path: data/*/train-*.parquet
${Object.keys(MEDITRON_LAYOUT)
  .map(
    (name) =>
      `- config_name: ${name}\n  data_files:\n  - split: train\n    path: data/${name}/train-*.parquet\n`,
  )
  .join('')}---
# Components
`

/** Files of the copy: two cards and eight shards, `data/<component>/train-0000i-of-0000n.parquet`. */
export function meditronFiles(): Record<string, string | Uint8Array> {
  const files: Record<string, string | Uint8Array> = { 'README.md': ROOT_CARD, 'data/README.md': DATA_CARD }
  let seed = 0
  for (const [component, shards] of Object.entries(MEDITRON_LAYOUT)) {
    for (const [i, rows] of shards.entries()) {
      const path = `data/${component}/train-${number(i)}-of-${number(shards.length)}.parquet`
      files[path] = conversationsParquet(talk(component, rows, ++seed), 50)
    }
  }
  return files
}

/** Puts the copy on a loopback Hub under the first corpus' name and returns the repository. */
export function serveMeditron(hub: LoopbackHub): Repository {
  const repository = hub.dataset(MEDITRON)
  repository.commit(meditronFiles(), { title: 'Add the components', date: '2025-06-01T12:00:00.000Z' })
  return repository
}

function number(n: number): string {
  return String(n).padStart(5, '0')
}

/** Guidelines carry the source they were written from; the synthetic parts name their generator. */
function talk(component: string, rows: number, seed: number): Conversation[] {
  return wardTalk(rows, seed).map(({ id, turns }, i) => ({
    conversation_id: `${component}-${id}`,
    id: `${component}-${id}`,
    source: component === 'guidelines_qa' ? `guideline-${i % 17}` : component,
    turns,
  }))
}
