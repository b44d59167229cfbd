import type { Entry } from './entry-page.ts'
import { page, table } from './markdown.ts'

/** What there is to import, and where it is described. */
export function indexPage(entries: readonly Entry[]): string {
  const rows = entries.map(({ specifier, file, about }) => [`[\`${specifier}\`](${file})`, about])
  return page([
    '# API',
    'Every name that others can import. Written by `npm run api` from the comments in the sources; a change there is made in the source, and a test compares.',
    table(['entry', 'what it is'], rows),
    'Error codes and what they mean: [errors](errors.md).',
  ])
}
