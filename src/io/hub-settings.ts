import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { AuditError } from '../core/error.ts'

/** What the environment says about the Hub, read once per client. */
export interface HubSettings {
  /** Origin (and path) of the Hub without a trailing slash. */
  endpoint: string
  /** Sent to the endpoint's origin and nowhere else; null sends none. */
  token: string | null
  /** Folder of the Hub's own cache layout. */
  cacheDir: string
  offline: boolean
}

export interface SettingsRequest {
  offline: boolean
  useToken: boolean
  cacheDir?: string
}

/** Honours HF_ENDPOINT, HF_TOKEN, HF_TOKEN_PATH, HF_HOME, HF_HUB_CACHE, XDG_CACHE_HOME and HF_HUB_OFFLINE. */
export function hubSettings(request: SettingsRequest, env: NodeJS.ProcessEnv = process.env): HubSettings {
  return {
    endpoint: endpointOf(env),
    token: request.useToken ? readToken(env) : null,
    cacheDir: resolve(request.cacheDir ?? cacheFolder(env)),
    offline: request.offline || isOn(env['HF_HUB_OFFLINE']),
  }
}

function endpointOf(env: NodeJS.ProcessEnv): string {
  const text = (env['HF_ENDPOINT'] || 'https://huggingface.co').replace(/\/+$/, '')
  const url = URL.canParse(text) ? new URL(text) : null
  const plain = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (plain && url.search === '' && url.hash === '') return text
  // The value is not repeated: an address with credentials would put them into a log.
  throw new AuditError('USAGE', {
    what: 'HF_ENDPOINT is not usable',
    expected: 'an http or https address without user name, password, query or fragment',
    fix: 'Set HF_ENDPOINT to an address such as https://huggingface.co, or unset it.',
  })
}

function hubHome(env: NodeJS.ProcessEnv): string {
  if (env['HF_HOME']) return env['HF_HOME']
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface')
}

function cacheFolder(env: NodeJS.ProcessEnv): string {
  return env['HF_HUB_CACHE'] || env['HUGGINGFACE_HUB_CACHE'] || join(hubHome(env), 'hub')
}

function readToken(env: NodeJS.ProcessEnv): string | null {
  const token = env['HF_TOKEN'] || env['HUGGING_FACE_HUB_TOKEN'] || storedToken(env)
  const trimmed = token?.trim() ?? ''
  if (trimmed === '') return null
  if (/^[\x21-\x7e]+$/.test(trimmed)) return trimmed
  throw new AuditError('HUB_UNAUTHORIZED', {
    what: 'The Hub token holds characters no token has',
    fix: 'Check HF_TOKEN or the stored token for blanks or line breaks.',
  })
}

/** The token `hf auth login` stores. */
function storedToken(env: NodeJS.ProcessEnv): string | null {
  if (isOn(env['HF_HUB_DISABLE_IMPLICIT_TOKEN'])) return null
  try {
    return readFileSync(env['HF_TOKEN_PATH'] || join(hubHome(env), 'token'), 'utf8')
  } catch {
    return null
  }
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(1|true|yes|on)$/i.test(value)
}
