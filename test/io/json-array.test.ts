import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import type { Shard } from '../../src/core/source.ts'
import { openBytes } from '../../src/io/bytes.ts'
import { jsonlSchema } from '../../src/io/jsonl-schema.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-array-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function schemaOf(name: string, bytes: string | Uint8Array, format: Shard['format'] = 'jsonl') {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  const reader = await openBytes({ kind: 'file', path })
  try {
    return await jsonlSchema(reader, format, path)
  } finally {
    await reader.close()
  }
}

const rows = Array.from({ length: 3 }, (_, i) => ({ text: `lamp ${i} of the quay` }))

describe('a file that is one JSON array', () => {
  it.each([
    ['on one line', JSON.stringify(rows)],
    ['over many lines', JSON.stringify(rows, null, 2)],
    ['behind a mark and blanks', `\ufeff\n [\n${JSON.stringify(rows[0])}]`],
    ['of nothing', '[]\n'],
    ['longer than what is looked at', JSON.stringify(Array.from({ length: 9000 }, () => rows[0]))],
  ])('%s is refused, with what to do', async (name, text) => {
    const refused = /JSON array, not JSON lines.*jq -c '\.\[\]'/
    await expect(schemaOf(`${name}.json`, text)).rejects.toThrow(refused)
    await expect(schemaOf(`${name}.json.gz`, gzipSync(text), 'jsonl.gz')).rejects.toThrow(refused)
  })

  it('is something else than lines that are lists, which are strange rows', async () => {
    const schema = await schemaOf('lists.jsonl', `[1, 2]\n${JSON.stringify(rows[0])}\n`)
    expect(schema.map(({ name }) => name)).toEqual(['text'])
  })
})
