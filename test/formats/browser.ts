/** A real Chromium for the tests of the page; they skip with a message where there is none. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

const CANDIDATES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]
export const CHROMIUM = CANDIDATES.find((path) => path !== undefined && existsSync(path)) ?? null
export const WHY_SKIPPED = CHROMIUM === null ? ' (skipped: no chromium; install it or set CHROMIUM)' : ''

const ARGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

export async function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM ?? '', args: ARGS.split(' ') })
}

/** A page as a file on disk, opened the way a reader opens it. */
export interface Opened {
  page: Page
  /** Console messages of level error or warning, uncaught errors, and every request that is not the file itself. */
  complaints: string[]
  close(): Promise<void>
}

export async function open(
  browser: Browser,
  html: string,
  options: BrowserContextOptions & { hash?: string } = {},
): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-page-'))
  const file = join(folder, 'report.html')
  writeFileSync(file, html)
  const { hash = '', ...rest } = options
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...rest })
  const page = await context.newPage()
  const url = pathToFileURL(file).href
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`))
  page.on('request', (request) => {
    const target = request.url()
    if (!target.startsWith(url) && !target.startsWith('data:')) complaints.push(`request: ${target}`)
  })
  await page.goto(url + hash)
  return {
    page,
    complaints,
    close: async () => {
      await context.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
