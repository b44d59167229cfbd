import { readFileSync } from 'node:fs'
import type { Release } from '../../packages/ory-emulator/src/ory.ts'

/** What a profile was compared with, and how: written by a run against a live server. */
export interface Coverage {
  /** What the live server is, such as `Ory Hydra v26.2.0`. */
  readonly server: string
  /** The day, such as `2026-11-29`. */
  readonly on: string
  readonly contract: { readonly files: number; readonly cases: number }
  readonly fuzzer: { readonly rounds: number; readonly seed: string; readonly exchanges: number }
  /** By route as {@link nameOf} has it. */
  readonly routes: Readonly<Record<string, CoveredRoute>>
}

export interface CoveredRoute {
  /** Files of test/contract without `.test.ts`, with commas between: first the one whose requests it has the largest share of. */
  readonly contract: string
  /** Families of test/live/families, likewise. */
  readonly fuzzer: string
}

export type Coverages = Readonly<Partial<Record<Release, Coverage>>>

export const coverageFile = new URL('coverage.json', import.meta.url)

export function readCoverages(): Coverages {
  return JSON.parse(readFileSync(coverageFile, 'utf8'))
}

/** A route as coverage knows it: `admin GET /admin/clients/{id}`. */
export function nameOf(route: { port: string; method: string; path: string }): string {
  return `${route.port} ${route.method} ${route.path}`
}

/** The names in a list with commas between. */
export function namesIn(list: string): readonly string[] {
  return list.split(', ').filter((name) => name !== '')
}
