import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { chat } from '../test/support/corpus.ts'
import type { MemoryExample, MemoryShard } from '../test/support/corpus.ts'

interface Row {
  conversations: { from: string; value: string }[]
  source: string
  conversation_id: string
}

const ROLES: Readonly<Record<string, 'system' | 'user' | 'assistant'>> = {
  system: 'system',
  human: 'user',
  gpt: 'assistant',
}

/** A generated corpus (`data/<component>/train-*.jsonl` or `.parquet`) as shards in memory. */
export async function readCorpus(folder: string): Promise<MemoryShard[]> {
  const shards: MemoryShard[] = []
  for (const component of readdirSync(join(folder, 'data')).sort()) {
    for (const file of readdirSync(join(folder, 'data', component)).sort()) {
      const path = `data/${component}/${file}`
      shards.push({ component, path, examples: (await readRows(join(folder, path))).map(example) })
    }
  }
  return shards
}

async function readRows(path: string): Promise<Row[]> {
  if (path.endsWith('.parquet')) {
    const file = await asyncBufferFromFile(path)
    return (await parquetReadObjects({ file, compressors })) as unknown as Row[]
  }
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)
}

function example(row: Row): MemoryExample {
  return {
    turns: row.conversations.map((turn) => ({ role: ROLES[turn.from] ?? 'unknown', text: turn.value })),
    columns: { conversation_id: row.conversation_id, source: row.source },
  }
}

export interface Planted {
  conversation_id: string
  kind: string
  benchmark?: string
  benchmark_id?: string
  params: Readonly<Record<string, unknown>>
}

export function readTruth(folder: string): Map<string, Planted> {
  const lines = readFileSync(join(folder, 'truth.jsonl'), 'utf8').trim().split('\n')
  return new Map(
    lines.map((line) => JSON.parse(line) as Planted).map((planted) => [planted.conversation_id, planted]),
  )
}

export { chat }
