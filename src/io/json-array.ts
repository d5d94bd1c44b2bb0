import { AuditError } from '../core/error.ts'
import type { ByteReader, Shard } from '../core/source.ts'
import { firstBytes } from './jsonl-lines.ts'

/**
 * A file that is one JSON array has lines as well, but they are no rows: counted and read as such they would be nonsense.
 * @throws AuditError JSONL_INVALID for such a file.
 */
export async function refuseArray(reader: ByteReader, format: Shard['format'], where: string): Promise<void> {
  if (!isArray(await firstBytes(reader, { format, where }))) return
  throw new AuditError('JSONL_INVALID', {
    what: 'The file is a JSON array, not JSON lines',
    where,
    expected: 'one JSON object per line',
    got: 'one list, [ … ], around all rows',
    fix: `Write each row on a line of its own, as jq -c '.[]' FILE.json > FILE.jsonl does`,
  })
}

/**
 * Do these first bytes begin an array of rows? Where every line is a list of its own, the first line is closed and others
 * follow: these are strange rows, not one array.
 */
function isArray(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head).trimStart()
  if (!text.startsWith('[')) return false
  const end = text.indexOf('\n')
  if (end < 0 || text.slice(end).trim() === '') return true
  try {
    JSON.parse(text.slice(0, end))
    return false
  } catch {
    return true
  }
}
