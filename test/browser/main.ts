import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { DevFile } from '../../packages/cli/src/dev-file.ts'
import { runLapse, startLapse } from '../../packages/cli/src/testing/lapse-process.ts'
import { startBrowser } from '../console/browser.ts'
import { attackPage, startAttacker, startCareless } from './servers.ts'
import { signIn } from './sign-in.ts'
import { settled, snapshot } from './snapshot.ts'
import { type AttackRequest, targetsOf } from './targets.ts'

// Opens pages of other origins in a real Chromium beside a running `lapse dev`, and looks whether
// they can read or change anything. Run with `npm run test:browser`; CHROMIUM names the browser.

/** A name that the browser is made to resolve to this machine, as a DNS server of its owner's can. */
const rebound = 'evil.example'

/** No browser's own defence stands in for ours. */
const args = [
  '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests',
  `--host-resolver-rules=MAP ${rebound} 127.0.0.1`,
]

type Read = Readonly<Record<string, string>>

declare global {
  /** In the page; see attack-page.js. */
  var attack: (request: AttackRequest, isNamed: boolean) => Promise<Read>
}

const attackFrom = (page: Page, request: AttackRequest, isNamed = false): Promise<Read> =>
  page.evaluate(([asked, named]) => globalThis.attack(asked, named), [request, isNamed] as const)

/** The refusals say nothing of what they refuse, and may be read. */
const refusal =
  /^421this server is not asked under that Host; [^\n]+\n$|^this server is not [^\n]+\n$/

const problems: string[] = []
const counted = { attempts: 0 }

function note(from: string, { method, url }: AttackRequest, read: Read): void {
  for (const [attempt, text] of Object.entries(read)) {
    counted.attempts += 1
    const isRefused = text === '' || refusal.test(text)
    if (!isRefused)
      problems.push(`${from}: ${attempt} of ${method} ${url} read ${text.slice(0, 80)}`)
  }
}

/** A page that another server of this machine, or of the network, has served. */
async function attackFromElsewhere(browser: Browser, targets: readonly AttackRequest[]) {
  const attacker = await startAttacker()
  for (const origin of [attacker.url, attacker.url.replace('127.0.0.1', rebound)]) {
    const page = await browser.newPage()
    await page.goto(origin)
    for (const target of targets) note(origin, target, await attackFrom(page, target))
    await page.close()
  }
  await attacker.stop()
}

/** A page whose own name leads to the port it attacks, so that all of it is of the same origin. */
async function attackByRebinding(browser: Browser, targets: readonly AttackRequest[]) {
  for (const target of targets) {
    const url = target.url.replace('127.0.0.1', rebound)
    const page = await browser.newPage()
    const own = `${new URL(url).origin}/attack`
    await page.route(own, (route) => route.fulfill({ contentType: 'text/html', body: attackPage }))
    await page.goto(own)
    note('rebinding', target, await attackFrom(page, { ...target, url }))
    await page.close()
  }
}

/** Every attempt reaches a server that is not guarded, or it would prove nothing. */
async function proveAttempts(browser: Browser) {
  const careless = await startCareless()
  const attacker = await startAttacker()
  const page = await browser.newPage()
  await page.goto(attacker.url)
  const request = { url: careless.url, method: 'POST', headers: { 'x-a': 'b' }, body: '{"a":"b"}' }
  const read = await attackFrom(page, request, true)
  await page.close()
  await Promise.all([attacker.stop(), careless.stop()])
  const idle = Object.keys(read).filter((attempt) => !careless.reachedBy.has(attempt))
  const readers = Object.values(read).filter((text) => text !== '')
  if (idle.length > 0) problems.push(`reached nobody at all: ${idle.join(', ')}`)
  if (readers.length < 5) problems.push(`only ${readers.length} attempts read a careless server`)
}

async function proveSignIn(browser: Browser) {
  const { signedIn, listed, unlisted } = await signIn(browser)
  if (signedIn !== 'redeemed 200') problems.push(`a user could not sign in: ${signedIn}`)
  if (listed !== 401 && listed !== 400) problems.push(`a listed origin read ${listed}`)
  if (unlisted !== 'nothing') problems.push(`an origin that is not listed read ${unlisted}`)
}

/** The lines of one text that the other does not hold. */
function changedLines(before: string, after: string): string {
  const known = [before.split('\n'), after.split('\n')].map((lines) => new Set(lines))
  const only = (text: string, index: number, mark: string) =>
    text.split('\n').flatMap((line) => (known[index]?.has(line) ? [] : [`${mark}${line}`]))
  return [...only(before, 1, '-'), ...only(after, 0, '+')].join('\n')
}

const event = JSON.stringify({
  specversion: '1.0',
  id: 'e-1',
  source: 'https://accounts.example',
  type: 'user.deleted',
  time: '2026-01-02T03:04:05Z',
  data: { subject: 'alice' },
})

/** A `lapse dev` that holds something worth reading: a client, an event that is processed, secrets. */
async function startDev() {
  const cwd = await mkdtemp(join(tmpdir(), 'lapse-browser-'))
  const running = startLapse(['dev', '--free-ports'], { cwd })
  await running.said(/Ctrl-C stops everything/)
  const dev = JSON.parse(await readFile(join(cwd, '.lapse', 'dev.json'), 'utf8')) as DevFile
  const body = JSON.stringify({ client_id: 'mail', client_secret: 'a secret of its own' })
  await fetch(`${dev.endpoints['oryAdmin']}/admin/clients`, { method: 'POST', body })
  await runLapse(['send', '-'], { cwd, stdin: event })
  await running.said(/follow-up +the same again/)
  await settled(dev)
  return { dev, running }
}

const { dev, running } = await startDev()
const targets = targetsOf(dev)
const browser = await startBrowser(args)
try {
  const before = { held: await snapshot(dev), said: await running.said(/./) }
  await proveAttempts(browser)
  await attackFromElsewhere(browser, targets)
  await attackByRebinding(browser, targets)
  await proveSignIn(browser)
  const after = { held: await snapshot(dev), said: await running.said(/./) }
  if (after.held !== before.held)
    problems.push(`something was changed:\n${changedLines(before.held, after.held)}`)
  if (after.said !== before.said) problems.push('a function was invoked')
} finally {
  await browser.close()
  running.process.kill('SIGTERM')
  await running.ended
}

console.log(
  `${counted.attempts} attempts on ${new Set(targets.map(({ url }) => new URL(url).port)).size} ports by ${browser.version()}`,
)
for (const problem of problems) console.log(`✗ ${problem}`)
console.log(problems.length === 0 ? 'nothing was read, nothing was changed' : 'failed')
process.exitCode = problems.length === 0 ? 0 : 1
