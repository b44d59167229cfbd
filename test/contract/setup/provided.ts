import type { Profile } from '@lapse/ory-emulator'
import type { Features } from './features.ts'
import type { Kratos } from './identity-provider.ts'

/** The server a project runs against, as its global setup found it. */
export interface Server {
  readonly adminUrl: string
  readonly publicUrl: string
  readonly features: Features
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Which Hydra to emulate; set by the emulator's projects alone. */
    oryProfile: Profile
    oryServer: Server
    /** The live Kratos to look at; the emulator's own identities otherwise. */
    kratos: Kratos | undefined
  }
}
