import type { Answer } from '../../site/http.ts'
import { discoveryPath, isDiscovery, isRowMissing, nobodysPath } from '../../site/ory-sides.ts'
import type { Site } from '../../site/site.ts'
import { whyNot } from '../../site/why.ts'
import {
  type Check,
  cannotTell,
  type Outcome,
  type Problem,
  unless,
  well,
  wrong,
} from '../check.ts'

/** What a URL leads to: one side of Ory, something that wants a key or fails, something else, or nothing. */
export type Side =
  | 'admin'
  | 'public'
  | 'key-wanted'
  | 'redirect'
  | 'failing'
  | 'other'
  | 'unreached'

/** What was seen at both URLs. */
export interface UrlsSeen {
  readonly adminUrl: string | undefined
  readonly publicUrl: string | undefined
  /** What answers at the admin URL to what only the admin side knows, and the other way round. */
  readonly admin: Side
  readonly public: Side
  /** Why nothing could be reached, where it could not. */
  readonly why: string
  /** Whether each URL leads to the other side. */
  readonly isSwapped: boolean
}

export const oryUrls: Check<UrlsSeen> = {
  name: 'ory-urls',
  about: 'Ory: URLs and ports',
  read,
  judge,
}

async function read({ ory, variables }: Site): Promise<UrlsSeen> {
  const { ORY_ADMIN_URL: adminUrl, ORY_PUBLIC_URL: publicUrl } = variables
  const [admin, pub, adminAtPublic, publicAtAdmin] = await Promise.all([
    // Who may not read the key still sees whether one is wanted.
    sideOf(() => ory.admin(nobodysPath).catch(() => ory.adminWithoutKey(nobodysPath)), adminOf),
    sideOf(() => ory.public(discoveryPath), publicOf),
    sideOf(() => ory.public(nobodysPath), adminOf),
    sideOf(() => ory.adminWithoutKey(discoveryPath), publicOf),
  ])
  return {
    adminUrl,
    publicUrl,
    admin: admin.side,
    public: pub.side,
    why: admin.why || pub.why,
    isSwapped: adminAtPublic.side === 'admin' && publicAtAdmin.side === 'public',
  }
}

async function sideOf(ask: () => Promise<Answer>, judgeAnswer: (answer: Answer) => Side) {
  try {
    return { side: judgeAnswer(await ask()), why: '' }
  } catch (error) {
    return { side: 'unreached' as const, why: whyNot(error) }
  }
}

function adminOf(answer: Answer): Side {
  if (isRowMissing(answer)) return 'admin'
  if (answer.status === 401 || answer.status === 403) return 'key-wanted'
  return elsewhere(answer)
}

function publicOf(answer: Answer): Side {
  return isDiscovery(answer) ? 'public' : elsewhere(answer)
}

function elsewhere({ status }: Answer): Side {
  if (status >= 500 || status === 429) return 'failing'
  return status >= 300 && status < 400 ? 'redirect' : 'other'
}

function judge(seen: UrlsSeen): Outcome {
  const { adminUrl, publicUrl, isSwapped, why } = seen
  if (isSwapped && seen.admin !== 'admin' && seen.public !== 'public')
    return wrong(
      'ORY_ADMIN_URL leads to the public side, and ORY_PUBLIC_URL to the admin side',
      'exchange them',
    )
  const isAdminWell = seen.admin === 'admin' || seen.admin === 'key-wanted'
  const problems = [
    ...(isAdminWell ? [] : problemsAt('ORY_ADMIN_URL', adminUrl, seen.admin)),
    ...(seen.public === 'public' ? [] : problemsAt('ORY_PUBLIC_URL', publicUrl, seen.public)),
  ]
  const isUnreached = seen.admin === 'unreached' || seen.public === 'unreached'
  return unless(
    problems,
    isUnreached ? cannotTell(why) : well('each URL leads to its own side of Ory'),
  )
}

const names = { ORY_ADMIN_URL: 'admin', ORY_PUBLIC_URL: 'public' } as const
/** What lapse itself writes after each URL. */
const ownPath = { ORY_ADMIN_URL: /\/admin\/*$/, ORY_PUBLIC_URL: /\/oauth2\/*$/ } as const

function problemsAt(
  name: keyof typeof names,
  url: string | undefined,
  side: Side,
): readonly Problem[] {
  const set = `set ${name} to Ory's ${names[name]} side, and mind its port and path`
  if (!url) return [{ says: `${name} is not set`, todo: set }]
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    return [{ says: `${name} is not a URL`, todo: set }]
  if (side === 'unreached') return []
  // Who mends the URL of an Ory that is down has two troubles.
  if (side === 'failing')
    return [
      {
        says: `what answers at ${name} fails, or limits us (5xx, 429)`,
        todo: `see how Ory is; events wait for it, and ${name} need not be wrong`,
      },
    ]
  if (side === 'redirect') return [{ says: `${name} redirects elsewhere`, todo: set }]
  const [tooMany] = ownPath[name].exec(url) ?? []
  const says = `${name} does not lead to Ory's ${names[name]} side`
  return [{ says, todo: tooMany ? `take ${tooMany} from its end` : set }]
}
