import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { manifestOf, owner, published, publishedManifest, repositoryNotice } from '@lapse/build'
import { expect, test } from 'vitest'

const inRoot = (path: string) => resolve(import.meta.dirname, '..', path)
const read = (path: string) => readFileSync(inRoot(path), 'utf8')

test('LICENSE is the Apache License 2.0 as apache.org has it, byte for byte', () => {
  const digest = createHash('sha256').update(read('LICENSE')).digest('hex')

  expect(digest).toBe('cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30')
})

test('NOTICE is what the lock file says; npm run build writes it', () => {
  expect(read('NOTICE')).toBe(repositoryNotice())
  expect(read('NOTICE')).toContain('- undici ')
  expect(read('NOTICE')).not.toContain('- vitest ')
})

test('CODEOWNERS names whom the owner named, and nobody else', () => {
  const lines = read('.github/CODEOWNERS')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

  expect(lines).toEqual(owner.codeOwners.length === 0 ? [] : [`* ${owner.codeOwners.join(' ')}`])
})

test('a package is private until its repository is named, and then says where it is', () => {
  const repository = 'git+https://git.example/lapse.git'
  for (const what of published) {
    const manifest = manifestOf(what.folder)

    expect(publishedManifest(what, manifest, [], { ...owner, repository: '' })).toMatchObject({
      private: true,
    })
    const named = publishedManifest(what, manifest, [], { ...owner, repository })
    expect(named).toMatchObject({
      repository: { type: 'git', url: repository, directory: `packages/${what.folder}` },
    })
    expect(named).not.toHaveProperty('private')
  }
})

test('CI runs .ci/run', () => {
  expect(read('.github/workflows/ci.yml')).toMatch(/- run: \.ci\/run$/m)
})

test('every file that CONTRIBUTING.md names is there', () => {
  // Of a name that is yet to be given, an example.
  const examples = { '<name>': 'clerk', '<stem>': 'user-deleted' }
  const paths = Array.from(
    read('CONTRIBUTING.md').matchAll(/`([\w./<>-]+\/[\w./<>-]*)`/g),
    ([, path = '']) =>
      path.replace(/<name>|<stem>/, (named) => examples[named as keyof typeof examples]),
  ).filter((path) => !path.includes('<noun>'))

  expect(paths.length).toBeGreaterThan(20)
  // What `npm run build` makes is not there before.
  expect(paths.filter((path) => !path.startsWith('dist/') && !existsSync(inRoot(path)))).toEqual([])
})
