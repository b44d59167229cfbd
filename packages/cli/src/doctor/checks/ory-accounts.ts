import { type Answer, memberOf } from '../../site/http.ts'
import { isAtAdminSide, isIdentityMissing } from '../../site/ory-sides.ts'
import type { Site } from '../../site/site.ts'
import { whyNot } from '../../site/why.ts'
import { type Check, cannotTell, type Outcome, type Problem, unless, well } from '../check.ts'

/** A part of Ory besides OAuth2, by the setting that says where it is. */
const parts = {
  ORY_IDENTITIES_URL: {
    called: 'identity provider',
    // An id of nobody's: Ory makes random ones.
    path: '/admin/identities/00000000-0000-4000-8000-000000000000',
    isThere: isIdentityMissing,
    without: 'sessions at the identity provider outlive their users',
  },
  ORY_API_KEYS_URL: {
    called: 'API keys',
    path: `/v2alpha1/admin/issuedApiKeys?page_size=1&filter=${encodeURIComponent('actor_id="lapse-doctor-looks-for-nobody"')}`,
    isThere: ({ status, json }: Answer) =>
      status === 200 && Array.isArray(memberOf(json, 'issued_api_keys')),
    without: 'API keys outlive their users',
  },
} as const

type PartName = keyof typeof parts

/** What answered at the URL of a part. */
export interface PartSeen {
  readonly name: PartName
  readonly status: number
  readonly isThere: boolean
  /** Why nothing could be asked; empty where something answered. */
  readonly why: string
}

/** Those parts that are set. A wrong URL stops nothing, so that receipts alone would tell of it. */
export const oryAccounts: Check<readonly PartSeen[]> = {
  name: 'ory-accounts',
  about: 'Ory: identities and API keys',
  read: ({ ory, variables }) =>
    Promise.all(
      (Object.keys(parts) as PartName[])
        .filter((name) => variables[name])
        .map((name) => lookAt(name, { ory, variables })),
    ),
  judge,
}

async function lookAt(
  name: PartName,
  { ory, variables }: Pick<Site, 'ory' | 'variables'>,
): Promise<PartSeen> {
  const { called, path, isThere } = parts[name]
  try {
    const answer = await ory.besides(name, path)
    const { status } = answer
    // The same key at the same project: the check of the key has told of it.
    const isKeys = isRefusal(status) && isAtAdminSide(variables[name] ?? '', variables)
    const why = isKeys ? `${called}: answered ${status}, see the check of the key` : ''
    return { name, status, isThere: isThere(answer), why }
  } catch (error) {
    return { name, status: 0, isThere: false, why: whyNot(error) }
  }
}

function judge(seen: readonly PartSeen[]): Outcome {
  const unasked = seen.flatMap(({ why }) => (why === '' ? [] : [why]))
  return unless(
    seen.flatMap(problemAt),
    unasked.length > 0 ? cannotTell(unasked.join('; ')) : wellOf(seen),
  )
}

function wellOf(seen: readonly PartSeen[]): Outcome {
  const there = seen.map(({ name }) => parts[name].called)
  const off = Object.values(parts)
    .map(({ called }) => called)
    .filter((called) => !there.includes(called))
  const said = [
    ...(there.length > 0 ? [`${there.join(' and ')}: there`] : []),
    ...(off.length > 0 ? [`${off.join(' and ')}: not looked at, as no setting says where`] : []),
  ]
  return well(said.join('; '))
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403
}

function problemAt({ name, status, isThere, why }: PartSeen): readonly Problem[] {
  if (isThere || why !== '') return []
  const { called, without } = parts[name]
  if (isRefusal(status))
    return [
      {
        says: `${called}: we are not let in (${status}), and ${without}`,
        todo: `Ory's key goes to the origin of ORY_ADMIN_URL alone: set ${name} to the same`,
      },
    ]
  if (status === 429 || status >= 500)
    return [
      {
        says: `${called}: what answers at ${name} fails, or limits us (${status})`,
        todo: 'see how it is; what it holds is looked at again with the next event only',
      },
    ]
  return [
    {
      says: `${name} does not lead to Ory's ${called} (${status}), and ${without}`,
      todo: `set ${name} to its admin side, without a path`,
    },
  ]
}
