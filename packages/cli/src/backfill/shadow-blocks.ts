import { type Block, columns } from '../output/layout.ts'
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
    consent_sessions: counts.consentSessions,
    login_sessions: counts.loginSessions,
    calls: counts.calls,
    done_before: counts.doneBefore,
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
      ['consent sessions', numberText(counts.consentSessions)],
      ['login sessions', numberText(counts.loginSessions)],
      ['calls, in the first pass', numberText(counts.calls)],
      ['done before', countText(counts.doneBefore, 'user')],
    ]),
    ...badBlocks(file),
    `approve ${hash}`,
  ]
}
