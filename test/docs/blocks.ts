import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { anchorOf } from './anchor.ts'

/** The pages whose every block has to run. */
export const pages = [
  'events.md',
  'webhooks.md',
  'deploy.md',
  'runbook.md',
  'receipts.md',
  'backfills.md',
] as const

export type Page = (typeof pages)[number]

/** A fenced block of a page. */
export interface Block {
  /** `deploy.md#the-first-event 2`: the page, the heading's anchor, and which block under it. */
  readonly name: string
  readonly page: string
  readonly language: string
  readonly code: string
  /** Why it cannot run on this machine, where a comment before it says so. */
  readonly notRunHere?: string
}

const fence = /(?:^<!-- not run here: ([^\n]+?) -->\n+)?^```(\w*)\n(.*?)^```$/gms

/** The blocks of a page, in order. */
export function blocksOf(page: Page): readonly Block[] {
  return blocksIn(page, readFileSync(resolve(import.meta.dirname, '../../docs', page), 'utf8'))
}

/** The blocks in a page's text, in order. A comment `<!-- not run here: why -->` stands right before its block. */
export function blocksIn(page: string, text: string): readonly Block[] {
  const counts = new Map<string, number>()
  return Array.from(text.matchAll(fence), ({ index, 1: why, 2: language = '', 3: code = '' }) => {
    const place = `${page}#${anchorBefore(text.slice(0, index))}`
    const count = (counts.get(place) ?? 0) + 1
    counts.set(place, count)
    const name = `${place} ${count}`
    return { name, page, language, code, ...(why !== undefined && { notRunHere: why }) }
  })
}

/** The anchor of the last heading outside of any block. */
function anchorBefore(text: string): string {
  const prose = text.replaceAll(fence, '')
  return anchorOf(Array.from(prose.matchAll(/^#+ (.+)$/gm)).at(-1)?.[1] ?? '')
}
