import { createConsole, listenerOf } from '@lapse/console'
import { commandActions, readingActions } from '../console/actions.ts'
import { consolePort } from '../console/dev-console.ts'
import { newSentEvents } from '../console/sent-events.ts'
import { serveLazily } from '../console/serve.ts'
import { sourceAt } from '../console/source.ts'
import { columns } from '../output/layout.ts'
import { print, printJsonLine, styled } from '../output/print.ts'
import type { StageOption } from '../place/find-place.ts'
import { findWholePlace } from '../site/site.ts'
import { aborted, type StayingUp, untilEnd } from '../until-signal.ts'

export interface ConsoleCommandOptions extends StageOption, StayingUp {
  /** Offers what changes something; without it everything is read only. */
  readonly allowActions?: boolean
  readonly port?: number
  readonly json?: boolean
}

/** `lapse console`: pages of a place, on loopback, until it is to end. */
export async function showConsole(options: ConsoleCommandOptions): Promise<void> {
  const { stage, allowActions = false, port, json = false } = options
  const stop = await untilEnd(options)
  const directory = process.cwd()
  const place = await findWholePlace({ stage }, process.env, directory)
  const source = sourceAt({ place, directory, sent: newSentEvents(), fault: () => undefined })
  const actions = (allowActions ? commandActions : readingActions)({ directory, stage })
  const app = createConsole({ source, actions })
  const served = await serveLazily(
    async () => listenerOf((request) => app.fetch(request)),
    port === undefined ? [consolePort, 0] : [port],
  )
  const { url } = served
  if (json) printJsonLine({ pid: process.pid, url })
  else
    print(
      ...columns(
        [
          [source.place, styled('cyan', url)],
          [
            '',
            allowActions
              ? 'with what changes something'
              : 'read only; --allow-actions offers what changes something',
          ],
        ],
        { indent: 0 },
      ),
      styled('dim', 'Ctrl-C stops it.'),
    )
  await aborted(stop)
  await served.stop()
}
