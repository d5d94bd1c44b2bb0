import type { Place, RowPlace } from './finding.ts'

/**
 * A place as columns of `evidence.parquet`. A place that is not a row has its name in `path`, a component in `component`.
 */
export interface PlaceColumns {
  kind: Place['kind']
  component?: string | undefined
  path?: string | undefined
  row?: number | undefined
  exampleId?: string | undefined
  otherComponent?: string | undefined
  otherPath?: string | undefined
  otherRow?: number | undefined
  otherExampleId?: string | undefined
}

export function placeColumns(place: Place): PlaceColumns {
  switch (place.kind) {
    case 'row':
      return place
    case 'pair': {
      const { component: otherComponent, path: otherPath, row: otherRow, exampleId: otherExampleId } = place.b
      return { kind: 'pair', ...place.a, otherComponent, otherPath, otherRow, otherExampleId }
    }
    case 'component':
      return { kind: place.kind, component: place.name }
    case 'shard':
    case 'claim':
    case 'source':
    case 'benchmark':
    case 'corpus':
      return { kind: place.kind, path: place.name }
  }
}

export function placeOf(columns: PlaceColumns): Place {
  const { kind, component, path } = columns
  if (kind !== 'row' && kind !== 'pair')
    return { kind, name: (kind === 'component' ? component : path) ?? '' }
  const a = rowPlace(component, path, columns.row, columns.exampleId)
  if (kind === 'row') return { kind, ...a }
  const { otherComponent, otherPath, otherRow, otherExampleId } = columns
  return { kind, a, b: rowPlace(otherComponent, otherPath, otherRow, otherExampleId) }
}

function rowPlace(
  ...[component = '', path = '', row = 0, exampleId]: [
    ...[component: string | undefined, path: string | undefined],
    ...[row: number | undefined, exampleId: string | undefined],
  ]
): RowPlace {
  return exampleId === undefined ? { component, path, row } : { component, path, row, exampleId }
}
