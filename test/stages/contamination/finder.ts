import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Role } from '../../../src/core/example.ts'
import type { Finding } from '../../../src/core/finding.ts'
import type { Stage } from '../../../src/core/stage.ts'
import { contamination } from '../../../src/stages/contamination/stage.ts'
import { memoryRun } from '../../support/corpus.ts'
import { localResources } from './local-resources.ts'

export interface Item {
  id: string
  question: string
  options: Readonly<Record<string, string>>
  answer: string
}

export type Turns = readonly (readonly [Role, string])[]

/** Looks for these items in one example at a time; `close` removes the file they are read from. */
export function finder(items: readonly Item[]) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-finder-'))
  writeFileSync(join(folder, 'items.jsonl'), items.map((item) => JSON.stringify(item)).join('\n'))
  const find = async (turns: Turns): Promise<Finding[]> => {
    const stage = contamination.create({
      benchmarks: [{ name: 'items', file: 'items.jsonl' }],
      methods: ['assay'],
    }) as unknown as Stage
    const example = { turns: turns.map(([role, text]) => ({ role, text })), columns: { id: 'r' } }
    const shard = { component: 'a', path: 'a.jsonl', examples: [example] }
    const { findings } = await memoryRun(stage, [shard], {
      resources: localResources(folder),
      evidence: 'full',
    })
    return findings
  }
  return { find, close: () => rmSync(folder, { recursive: true }) }
}

/** The class of the finding of one item, null where there is none. */
export function classOf(findings: readonly Finding[], item: Item): string | null {
  const rule = findings.find((finding) => finding.item === item.id)?.rule
  return rule === undefined ? null : rule.slice('contamination/'.length)
}
