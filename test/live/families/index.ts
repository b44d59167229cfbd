import type { Family } from '../family.ts'
import { assertions } from './assertions.ts'
import { backChannel } from './back-channel.ts'
import { bodies } from './bodies.ts'
import { device } from './device.ts'
import { flows } from './flows.ts'
import { forms } from './forms.ts'
import { headers } from './headers.ts'
import { ids } from './ids.ts'
import { issuers } from './issuers.ts'
import { keySets } from './key-sets.ts'
import { logout } from './logout.ts'
import { pages } from './pages.ts'
import { patches } from './patches.ts'
import { registration } from './registration.ts'
import { routing } from './routing.ts'
import { settings } from './settings.ts'
import { tokens } from './tokens.ts'

/** Everything that is compared. */
export const families: readonly Family[] = [
  { name: 'routing', cases: 4, run: routing },
  { name: 'bodies', cases: 3, run: bodies },
  { name: 'patches', cases: 2, run: patches },
  { name: 'forms', cases: 2, run: forms },
  { name: 'headers', cases: 2, run: headers },
  { name: 'ids', cases: 2, run: ids },
  { name: 'pages', run: pages },
  { name: 'issuers', cases: 2, run: issuers },
  { name: 'tokens', run: tokens },
  { name: 'assertions', cases: 2, run: assertions },
  { name: 'key sets', every: 5, run: keySets },
  { name: 'flows', cases: 3, run: flows },
  { name: 'logout', run: logout },
  { name: 'back-channel', every: 8, run: backChannel },
  { name: 'device', run: device },
  { name: 'registration', run: registration },
  { name: 'settings', run: settings },
]
