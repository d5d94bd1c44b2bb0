import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LoopbackHub } from './server.ts'

const VARIABLES = [
  'HF_ENDPOINT',
  'HF_TOKEN',
  'HUGGING_FACE_HUB_TOKEN',
  'HF_TOKEN_PATH',
  'HF_HOME',
  'HF_HUB_CACHE',
  'HUGGINGFACE_HUB_CACHE',
  'HF_HUB_OFFLINE',
  'HF_HUB_DISABLE_IMPLICIT_TOKEN',
]

/** A Hub, an empty cache, and an environment that points at both; `close` puts everything back. */
export interface Scene {
  hub: LoopbackHub
  /** Empty folder, removed by `close`. */
  folder: string
  /** HF_HUB_CACHE: a folder that does not exist yet. */
  cache: string
  close(): Promise<void>
}

export async function openScene(): Promise<Scene> {
  const hub = await LoopbackHub.start()
  const folder = await mkdtemp(join(tmpdir(), 'assay-hub-'))
  const before = VARIABLES.map((name) => [name, process.env[name]] as const)
  for (const name of VARIABLES) delete process.env[name]
  const cache = join(folder, 'cache')
  process.env['HF_ENDPOINT'] = hub.endpoint
  process.env['HF_HOME'] = join(folder, 'home')
  process.env['HF_HUB_CACHE'] = cache
  const close = async (): Promise<void> => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    await hub.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { hub, folder, cache, close }
}
