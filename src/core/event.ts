/** What a run tells while it works; the command line draws it, a library user may listen. */
export type ProgressEvent =
  | { kind: 'plan'; shards: number; slices: number; rows: number | null; bytes: number; download: number }
  | { kind: 'prepare'; stage: string }
  | { kind: 'download'; path: string; bytes: number; done: number }
  | { kind: 'map'; path: string; rows: number; bytes: number }
  | { kind: 'reduce'; stage: string; round?: string; done?: number; total?: number }
  | { kind: 'claims' }
  | { kind: 'write'; file: string }
  | { kind: 'warning'; message: string }

export type Progress = (event: ProgressEvent) => void
