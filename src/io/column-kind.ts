import type { TypeNode } from './type-text.ts'

/** How a column's values reach the stages; decided by the declared type alone, so every reader agrees. */
export type ColumnKind = 'utf8' | 'json' | 'number' | 'boolean'

/**
 * @param isId a 64-bit integer id is text: as a double it could be rounded onto its neighbour.
 */
export function columnKind(type: TypeNode, isId: boolean): ColumnKind {
  if (type.kind !== 'scalar') return 'json'
  if (type.name === 'bool') return 'boolean'
  if (!/^(u?int\d+|float\d+|decimal|time\[)/.test(type.name)) return 'utf8'
  return isId && /^u?int64$/.test(type.name) ? 'utf8' : 'number'
}
