import type { Source } from '../documents.ts'
import type { Frame } from '../form.ts'
import { html, known, live, section } from '../html.ts'
import type { Page } from '../layout.ts'
import { receiptList, searchForm } from './receipts.ts'

const kinds = ['subject', 'client', 'owner', 'issuer', 'secret'] as const

const most = 500

/** What the ledger knows of one user, app or key; of a user by pseudonyms alone. */
export async function thingsPage(
  names: readonly string[],
  source: Source,
  frame: Frame,
): Promise<Page> {
  const search = section('find', 'whom or what it is about', [
    html`<p>A subject that is typed in is turned into its pseudonyms on this machine, and forgotten.</p>`,
    searchForm(frame, kinds),
  ])
  const title = 'apps, users, keys'
  if (names.length === 0) return { title, isLive: false, content: search }
  const found = await source.about(names, most)
  return {
    title,
    isLive: true,
    content: [
      search,
      live('known', 'what the ledger knows', [
        html`<p class="id">${names.join(', ')}</p>`,
        known(found, receiptList),
      ]),
    ],
  }
}
