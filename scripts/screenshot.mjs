/**
 * Takes the README's picture of the example report, `docs/report.png`, with the Chromium at $CHROMIUM or
 * /usr/bin/chromium. Fonts are those of the machine, so the picture is looked at, never compared.
 */
import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const target = join(root, 'docs', 'report.png')
mkdirSync(dirname(target), { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
try {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 960 },
    colorScheme: 'light',
    deviceScaleFactor: 1.5,
  })
  await page.goto(pathToFileURL(join(root, 'reports', 'example', 'report.html')).href)
  await page.screenshot({ path: target })
} finally {
  await browser.close()
}
console.log(`docs/report.png: ${statSync(target).size} bytes`)
