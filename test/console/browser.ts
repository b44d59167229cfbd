import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** `CHROMIUM` names the browser. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

export const hasChromium = existsSync(executablePath)

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser that asks nobody but the pages it opens. */
export function startBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...quiet, ...more] })
}
