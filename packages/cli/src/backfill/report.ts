import { type Ended, heldUntil } from '@lapse/core/backfill'
import { CommandError } from '../errors.ts'
import { type Block, columns, indented } from '../output/layout.ts'
import { timeText } from '../output/time.ts'
import { linesText } from './bad-lines.ts'
import { countText, numberText } from './number-text.ts'
import type { UserFile } from './user-file.ts'

type Sent = Exclude<Ended, { readonly result: 'held' }>

/** What came of a file: what was sent, what has a receipt, and every line that was not done. */
export function endBlocks(
  { sent, without }: Sent,
  total: number,
  file: UserFile,
): readonly Block[] {
  return [
    ...columns(
      [
        ['sent', `${numberText(sent)} of ${countText(total, 'user')}`],
        ['receipts', numberText(sent - without.length)],
      ],
      { indent: 0 },
    ),
    ...badBlocks(file),
    ...(without.length === 0
      ? []
      : ['no receipt yet:', `  ${without.length === 1 ? 'line' : 'lines'} ${linesText(without)}`]),
  ]
}

/** The same for a program: docs/cli.md has its members. */
export function endDocument(
  { sent, without }: Sent,
  total: number,
  { bad }: Pick<UserFile, 'bad'>,
) {
  return {
    users: total,
    sent,
    receipts: sent - without.length,
    lines_without_receipt: without,
    lines_without_user: bad.count,
  }
}

/** Every line that holds no user. */
export function badBlocks({ bad }: Pick<UserFile, 'bad'>): readonly Block[] {
  if (bad.count === 0) return []
  return [`${countText(bad.count, 'line')} without a user:`, ...indented(bad.texts)]
}

/** @throws CommandError in one line where not everything was done */
export function checkEnd({ result, without }: Sent, { bad }: Pick<UserFile, 'bad'>): void {
  if (result === 'stalled')
    throw new CommandError(
      `no receipt has come for a day, and ${countText(without.length, 'event')} wait for one; look at the queue and its DLQ, then run it again`,
    )
  if (without.length > 0)
    throw new CommandError(
      `${countText(without.length, 'user')} ${without.length === 1 ? 'has' : 'have'} no receipt yet; look at the queue and its DLQ, then run it again, which sends nothing twice`,
    )
  if (bad.count > 0)
    throw new CommandError(
      `${countText(bad.count, 'line')} held no user and ${bad.count === 1 ? 'was' : 'were'} not sent; put ${bad.count === 1 ? 'it' : 'them'} right in a file of their own and run that`,
    )
}

/** What to say where somebody else has the file. */
export function heldProblem({ heldBy }: Extract<Ended, { readonly result: 'held' }>): CommandError {
  const { host, pid } = heldBy.holder ?? { host: 'another machine', pid: 0 }
  return new CommandError(
    `nothing was sent: process ${pid} on ${host} works through this file; stop it there, or wait: where it has died the file is free from ${timeText(heldUntil(heldBy))} on`,
  )
}
