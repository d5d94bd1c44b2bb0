import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { Readable } from 'node:stream'

/** One version of a file: its bytes (in memory or on disk) and the names the Hub gives them. */
export interface StoredFile {
  size: number
  sha256: string
  /** Git's id of the blob; for LFS files of the pointer. */
  gitOid: string
  lfs: boolean
  read(start: number, end: number): Readable
}

export interface StoredCommit {
  id: string
  date: string
  title: string
  parent: StoredCommit | null
  files: ReadonlyMap<string, StoredFile>
}

/** Content of files to add: text, bytes, `{ file }` for a file on disk, null to delete. */
export type Content = string | Uint8Array | { file: string } | null

/** A repository with branches and a linear history. */
export class Repository {
  readonly type: 'dataset' | 'model'
  readonly name: string
  /** Branches and tags. */
  readonly refs = new Map<string, string>()
  readonly commits = new Map<string, StoredCommit>()
  /** Tokens that may read it; null = public. */
  readers: ReadonlySet<string> | null = null
  /** A gated repository shows its name but not its files to tokens without access. */
  gated = false

  constructor(type: 'dataset' | 'model', name: string) {
    this.type = type
    this.name = name
  }

  /** Adds a commit on a branch and returns its id; ids depend on content and history alone. */
  commit(
    changes: Readonly<Record<string, Content>>,
    about: { branch?: string; title?: string; date?: string } = {},
  ): string {
    const { branch = 'main', title = 'Update', date = '2025-01-01T00:00:00.000Z' } = about
    const parent = this.commits.get(this.refs.get(branch) ?? '') ?? null
    const files = new Map(parent?.files)
    for (const [path, content] of Object.entries(changes)) {
      if (content === null) files.delete(path)
      else files.set(path, store(path, content))
    }
    const tree = [...files].map(([path, file]) => `${path} ${file.sha256}`).sort()
    const id = sha1([parent?.id ?? '', branch, title, date, ...tree].join('\n'))
    this.commits.set(id, { id, date, title, parent, files })
    this.refs.set(branch, id)
    return id
  }

  /** Adds every file of a folder in one commit. */
  commitFolder(folder: string, about: { branch?: string; title?: string; date?: string } = {}): string {
    const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const files = entries.filter((path) => statSync(join(folder, path)).isFile())
    return this.commit(
      Object.fromEntries(files.map((path) => [path.split(sep).join('/'), { file: join(folder, path) }])),
      about,
    )
  }

  find(revision: string): StoredCommit | undefined {
    return this.commits.get(this.refs.get(revision) ?? revision)
  }
}

/** The newest commit of the history in which the path was given its present content. */
export function lastTouched(commit: StoredCommit, path: string): StoredCommit {
  const now = commit.files.get(path)
  let at = commit
  while (at.parent !== null && at.parent.files.get(path) === now) at = at.parent
  return at
}

function store(path: string, content: Exclude<Content, null>): StoredFile {
  const onDisk = typeof content === 'object' && 'file' in content ? content.file : null
  const bytes = onDisk === null ? Buffer.from(content as string | Uint8Array) : readFileSync(onDisk)
  const size = bytes.length
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const lfs = /\.(parquet|gz|zst|bin|safetensors)$/.test(path) || size > 10_000_000
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${size}\n`
  return {
    size,
    sha256,
    lfs,
    gitOid: gitBlob(lfs ? Buffer.from(pointer) : bytes),
    read: (start, end) => {
      if (start >= end) return Readable.from([])
      return onDisk === null
        ? Readable.from([bytes.subarray(start, end)])
        : createReadStream(onDisk, { start, end: end - 1 })
    },
  }
}

function gitBlob(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
