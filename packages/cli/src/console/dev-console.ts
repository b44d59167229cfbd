import type { Local } from '@lapse/local'
import type { FoundPlace } from '../place/find-place.ts'
import { placeOfDev } from '../place.ts'
import { type Served, serveLazily } from './serve.ts'

/** Where it is, unless something else is there: beside the other servers. */
export const consolePort = 4570

/** The pages of a `lapse dev`; nothing of them is loaded before somebody looks. */
export function serveDevConsole(
  local: Local,
  directory: string,
  freePorts: boolean,
): Promise<Served> {
  const load = async () => {
    const [{ createConsole, listenerOf }, { sourceAt }, { newSentEvents }, { devActions }, faults] =
      await Promise.all([
        import('@lapse/console'),
        import('./source.ts'),
        import('./sent-events.ts'),
        import('./dev-actions.ts'),
        import('../dev/fault-switch.ts'),
      ])
    const place: FoundPlace = {
      ...placeOfDev(local, process.env),
      rotationFunction: local.functionArn('rotate-client-secret'),
      by: 'lapse dev',
    }
    const sent = newSentEvents()
    const source = sourceAt({ place, directory, sent, fault: () => faults.faultOn(local) })
    const app = createConsole({ source, actions: devActions({ local, place, directory, sent }) })
    return listenerOf((request) => app.fetch(request))
  }
  return serveLazily(load, freePorts ? [0] : [consolePort, 0])
}
