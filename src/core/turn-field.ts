import type { UnreadFields } from './batch.ts'
import type { EvidenceLevel } from './finding.ts'

/** Names of the chat formats of the field; any other one is text of the corpus. */
const KNOWN: ReadonlySet<string> = new Set(
  `name weight tool_call_id id tool_calls.id tool_calls.index reasoning reasoning_content thinking refusal audio annotations
   content.image content.image_url content.input_audio content.file content.video content.cache_control`
    .split(/\s+/)
    .map((name) => JSON.stringify(name)),
)

/** How a report names fields of turns nobody reads: one that holds hashes alone names only those everybody has. */
export function shownFields(fields: Iterable<string>, evidence: EvidenceLevel): string[] {
  const names =
    evidence === 'hash' ? [...fields].map((field) => (KNOWN.has(field) ? field : '(another)')) : fields
  return [...new Set(names)].sort()
}

/** Calls `seen` with the range of values of every row of a batch whose turns hold some nobody reads. */
export function unreadOf(
  batch: { length: number; turnStart: Int32Array; unread?: UnreadFields },
  seen: (row: number, from: number, to: number) => void,
): void {
  const turn = batch.unread?.turn ?? []
  let at = 0
  for (let row = 0; row < batch.length && at < turn.length; row++) {
    const end = batch.turnStart[row + 1]!
    const from = at
    while (at < turn.length && turn[at]! < end) at++
    if (at > from) seen(row, from, at)
  }
}
