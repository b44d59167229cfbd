import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { accountOperations, operations } from '@lapse/core/ory'
import { manualClock, memorySecretVersions } from '@lapse/core/testing'

const root = resolve(import.meta.dirname, '../..')

/** Where code of ours calls Ory or Secrets Manager, or sends messages; the demo plays on a server of its own. */
const folders = ['packages/core/src', 'packages/cli/src', 'packages/webhooks/src', 'functions']
const isOurs = (path: string) =>
  path.endsWith('.ts') && !/\.test\.ts$|\/testing\/|^packages\/cli\/src\/demo\//.test(path)

/** Everything of Ory's that is not known to read only. */
const oryWrites = Object.entries({ ...operations, ...accountOperations })
  .filter(([op, { method }]) => method !== 'GET' && op !== 'introspectOAuth2Token')
  .map(([op]) => op)

/** The same of the port to Secrets Manager. */
const reading = ['create', 'describe', 'list', 'value']
const secretWrites = Object.keys(memorySecretVersions(manualClock('2026-01-02T03:04:05Z'))).filter(
  (method) => !reading.includes(method),
)

/** What is called, as code writes it. */
const written = [
  ...oryWrites.map((op) => [op, `\\.${op}\\(|op: '${op}'`] as const),
  ...secretWrites.map(
    (method) =>
      [`secrets.${method}`, `\\bsecrets\\.${method}\\(|op: 'secrets\\.${method}'`] as const,
  ),
  ['queue.send', `op: 'queue\\.send', params`] as const,
]

/** The names under which a port's calls are recorded, where they write. */
export function writeOf(port: 'ory' | 'secrets', method: PropertyKey): string | undefined {
  const name = String(method)
  if (port === 'ory') return oryWrites.includes(name) ? name : undefined
  return secretWrites.includes(name) ? `secrets.${name}` : undefined
}

/** Every place that writes: its file, what it calls, and how often. */
export function placesThatWrite(): readonly string[] {
  const files = folders.flatMap((folder) =>
    readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path}`)
      .filter(isOurs),
  )
  return files.flatMap((file) => {
    const text = readFileSync(resolve(root, file), 'utf8')
    return written.flatMap(([op, pattern]) => {
      const found = text.match(new RegExp(pattern, 'g'))?.length ?? 0
      return found === 0 ? [] : [`${file}: ${op} × ${found}`]
    })
  })
}
