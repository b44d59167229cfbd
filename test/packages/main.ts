import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checks } from './checks.ts'
import { installInto } from './project.ts'

// `npm run test:packages`: the tarballs, installed from the registry's side of the fence.
const folder = mkdtempSync(join(tmpdir(), 'lapse-installed-'))
let failed = 0
try {
  const project = await installInto(folder)
  for (const [sentence, check] of Object.entries(checks)) {
    const problem = await check(project).then(
      () => undefined,
      (error: Error & { stdout?: string; stderr?: string }) =>
        [error.message, error.stdout, error.stderr].join('\n').trim(),
    )
    if (problem !== undefined) failed += 1
    console.log(problem === undefined ? `✓ ${sentence}` : `✗ ${sentence}\n${problem}`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
