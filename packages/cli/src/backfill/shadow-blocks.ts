import { countName, toldCounts } from '../output/counts.ts'
import { type Block, columns } from '../output/layout.ts'
import { plain } from '../output/plain.ts'
import { styled } from '../output/print.ts'
import { countText, numberText } from './number-text.ts'
import { badBlocks } from './report.ts'
import type { ShadowCounts } from './shadow.ts'
import type { UserFile } from './user-file.ts'

/** What is told of a shadow run. */
interface Shadowed {
  readonly file: Pick<UserFile, 'bad' | 'count'>
  readonly total: number
  readonly hash: string
}

/** The same for a program: docs/cli.md has its members. */
export function shadowDocument(counts: ShadowCounts, { file, total, hash }: Shadowed) {
  return {
    users: file.count,
    planned: total,
    users_with_something_listed: counts.found,
    consent_sessions: counts.before['consent_sessions'],
    login_sessions: counts.before['login_sessions'],
    before: counts.before,
    not_looked_at: Object.entries(counts.notLookedAt).map(([what, users]) => ({ what, users })),
    calls: counts.calls,
    done_before: counts.doneBefore,
    refused: Object.entries(counts.refused).map(([reason, users]) => ({ reason, users })),
    lines_without_user: file.bad.count,
    approve: hash,
  }
}

/** What a shadow run tells: how much there is to do, and the hash by which it is approved of. */
export function shadowBlocks(
  counts: ShadowCounts,
  { file, total, hash }: Shadowed,
): readonly Block[] {
  return [
    styled('bold', `Plan for ${countText(total, 'user')} of ${numberText(file.count)}`),
    'Nothing was sent or written.',
    ...columns([
      ['something is listed for', countText(counts.found, 'user')],
      ...toldCounts(counts.before).map(([name, count]) => [
        countName(name, count),
        numberText(count),
      ]),
      ['calls, in the first pass', numberText(counts.calls)],
      ['done before', countText(counts.doneBefore, 'user')],
      ...Object.entries(counts.notLookedAt).map(([what, users]) => [
        'not looked at',
        `${what}, of ${countText(users, 'user')}`,
      ]),
      ...Object.entries(counts.refused).map(([reason, users]) => [
        'refused',
        `${countText(users, 'user')}: ${plain(reason)}`,
      ]),
    ]),
    ...badBlocks(file),
    `approve ${hash}`,
  ]
}
