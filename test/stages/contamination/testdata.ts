import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

/** Folder of outside data, or null: tests on it are skipped then. */
export const TESTDATA = process.env['ASSAY_TESTDATA'] ?? null

export interface Row {
  conversations: { from: string; value: string }[]
  source: string
  conversation_id: string
}

export interface Item {
  id: string
  question: string
  options: Record<string, string>
  answer: string
  context?: string
}

export const COMPONENTS = ['curated_qa', 'guidelines_qa', 'synthetic_curated_qa', 'synthetic_moove'] as const

export async function denseRows(component: string): Promise<Row[]> {
  const path = join(TESTDATA as string, 'dense20k/data', component, 'train-00000-of-00001.parquet')
  const file = await asyncBufferFromFile(path)
  return (await parquetReadObjects({ file, compressors })) as unknown as Row[]
}

export function benchmarkItems(name: string): Item[] {
  const path = join(TESTDATA as string, 'benchmarks', `${name}.jsonl`)
  if (!existsSync(path)) throw new Error(`${path} is missing`)
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Item)
}
