/** The apps that play along. Their secrets are made up when they are registered. */
export const apps = [
  { client_id: 'mail', client_name: 'Mail', listensForLogout: true },
  { client_id: 'calendar', client_name: 'Calendar', listensForLogout: false },
] as const

export type AppId = (typeof apps)[number]['client_id']

/** One authorization code flow. */
export interface SignIn {
  readonly app: AppId
  readonly scope: string
  /** Whether the consent is remembered: the next one for the same scope is not asked for, nor listed. */
  readonly rememberConsent?: boolean
}

/** A user with one browser, signing in in this order. */
export interface User {
  readonly subject: string
  readonly rememberLogin: boolean
  readonly signIns: readonly SignIn[]
  /** What is worth knowing of the user. */
  readonly note: string
  /** What becomes of the user in the story. */
  readonly fate: 'deleted' | 'stays'
}

const basic = 'openid offline'

export const users: readonly User[] = [
  {
    subject: 'alice',
    rememberLogin: true,
    note: 'one remembered session; Ory lists three of her four consents; API keys',
    fate: 'deleted',
    signIns: [
      { app: 'mail', scope: basic },
      { app: 'mail', scope: `${basic} contacts` },
      { app: 'calendar', scope: basic, rememberConsent: true },
      { app: 'calendar', scope: basic },
    ],
  },
  {
    subject: 'bob',
    rememberLogin: false,
    note: '',
    fate: 'deleted',
    signIns: [{ app: 'calendar', scope: basic }],
  },
  {
    subject: 'dave',
    rememberLogin: false,
    note: 'his deletion is told by a webhook',
    fate: 'deleted',
    signIns: [{ app: 'mail', scope: basic }],
  },
  {
    subject: 'carol',
    rememberLogin: true,
    note: 'stays: nothing may happen to her',
    fate: 'stays',
    signIns: [{ app: 'mail', scope: basic }],
  },
]
