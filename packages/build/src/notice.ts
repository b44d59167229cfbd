import { readFileSync } from 'node:fs'
import { posix, resolve } from 'node:path'
import { root } from './places.ts'

/** What is read of an entry in the lock file. */
interface Locked {
  readonly version?: string
  readonly license?: string
  readonly link?: boolean
  readonly resolved?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const locked: Readonly<Record<string, Locked>> = JSON.parse(
  readFileSync(resolve(root, 'package-lock.json'), 'utf8'),
).packages

/** Our own folders, but for this one: nothing of it runs where lapse does. */
const folders = Object.keys(locked).filter(
  (path) => path !== '' && path !== 'packages/build' && !path.includes('node_modules/'),
)

/** The NOTICE of this repository: every package of others that some part of it loads when it runs. */
export function repositoryNotice(): string {
  return noticeOf(folders)
}

/** The NOTICE of a package that depends on others by these names. */
export function packageNotice(folder: string, names: readonly string[]): string {
  return noticeOf(names.map((name) => found(name, folder)))
}

function noticeOf(starts: readonly string[]): string {
  const lines = [...reachedFrom(starts)]
    .filter((path) => path.includes('node_modules/'))
    .map(lineOf)
    .toSorted()
  return [
    'lapse',
    '',
    'Licensed under the Apache License, Version 2.0; see LICENSE.',
    '',
    'It stands on these packages of others, each under its own licence:',
    '',
    ...new Set(lines),
    '',
  ].join('\n')
}

function lineOf(path: string): string {
  const { version, license } = locked[path] ?? {}
  if (license === undefined) throw new Error(`${path} names no licence`)
  return `- ${path.replace(/^.*node_modules\//, '')} ${version} (${license})`
}

/** Entries of the lock file, by their paths: these, and whatever they need in turn. */
function reachedFrom(starts: readonly string[]): ReadonlySet<string> {
  // What is added on the way is gone through as well.
  const reached = new Set(starts)
  for (const path of reached) {
    const { dependencies, optionalDependencies } = locked[path] ?? {}
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
      reached.add(found(name, path))
  }
  return reached
}

/** As Node looks: in the `node_modules` of the folder, then of those above. */
function found(name: string, from: string): string {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    const path = posix.join(folder, 'node_modules', name)
    const entry = locked[path]
    if (entry?.link && entry.resolved) return entry.resolved
    if (entry) return path
    if (folder === '.') throw new Error(`the lock file does not hold ${name}, which ${from} needs`)
  }
}
