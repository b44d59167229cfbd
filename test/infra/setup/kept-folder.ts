import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import type {} from '../engine/kept.ts'

/** Gives a run a folder for what several of its files of tests ask for. */
export default (project: TestProject) => {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-infra-'))
  project.provide('keptFolder', folder)
  return () => rmSync(folder, { recursive: true })
}
