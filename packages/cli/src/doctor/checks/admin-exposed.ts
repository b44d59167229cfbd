import { lookup } from 'node:dns/promises'
import { BlockList, isIPv6 } from 'node:net'
import type { Answer } from '../../site/http.ts'
import { discoveryPath, isDiscovery, isRowMissing, nobodysPath } from '../../site/ory-sides.ts'
import type { Site } from '../../site/site.ts'
import { type Check, cannotTell, type Outcome, type Problem, unless, well } from '../check.ts'

/** How the admin side can be reached by somebody who has no key. */
export interface ExposureSeen {
  /** Whether somebody without a key is let in at each URL; `undefined` where nothing answers. */
  readonly adminLetsIn: boolean | undefined
  readonly publicLetsIn: boolean | undefined
  /** Whether ORY_PUBLIC_URL is the public side at all. */
  readonly isPublicSide: boolean
  /** Whether the admin URL's host has an address that the whole internet knows. */
  readonly isPublicAddress: boolean
}

export const adminExposed: Check<ExposureSeen> = {
  name: 'admin-exposed',
  about: 'Ory: who reaches the admin side',
  read,
  judge,
}

async function read({ ory, variables }: Site): Promise<ExposureSeen> {
  const [adminLetsIn, publicLetsIn, isPublicSide] = await Promise.all([
    says(isRowMissing, () => ory.adminWithoutKey(nobodysPath)),
    says(isRowMissing, () => ory.public(nobodysPath)),
    says(isDiscovery, () => ory.public(discoveryPath)),
  ])
  const url = URL.parse(variables['ORY_ADMIN_URL'] || '')
  const isPublicAddress = url !== null && (await isPublic(url.hostname))
  return { adminLetsIn, publicLetsIn, isPublicSide: isPublicSide === true, isPublicAddress }
}

/** `undefined` where nothing answers. */
async function says(
  isSo: (answer: Answer) => boolean,
  ask: () => Promise<Answer>,
): Promise<boolean | undefined> {
  try {
    return isSo(await ask())
  } catch {
    return undefined
  }
}

async function isPublic(hostname: string): Promise<boolean> {
  const name = hostname.replace(/^\[|\]$/g, '')
  const addresses = await lookup(name, { all: true }).catch(() => [])
  return addresses.some(({ address }) => !isPrivate(address))
}

/** Addresses of this machine and of networks that nobody outside can name (RFC 1918, 4193, 6598). */
const privateAddresses = new BlockList()
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  privateAddresses.addSubnet(network, bits, 'ipv4')
privateAddresses.addAddress('::1', 'ipv6')
privateAddresses.addSubnet('fc00::', 7, 'ipv6')
privateAddresses.addSubnet('fe80::', 10, 'ipv6')

export function isPrivate(address: string): boolean {
  return privateAddresses.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

const anybody = 'anybody can end sessions and delete clients there'

function judge(seen: ExposureSeen): Outcome {
  const { adminLetsIn, publicLetsIn, isPublicSide, isPublicAddress } = seen
  const problems: Problem[] = []
  if (publicLetsIn && isPublicSide)
    problems.push({
      says: `the admin side answers at ORY_PUBLIC_URL, to whoever has no key: ${anybody}`,
      todo: "let nothing but the public port's paths through there",
    })
  if (adminLetsIn && isPublicAddress)
    problems.push({
      says: `ORY_ADMIN_URL has a public address, and lets in whoever has no key: ${anybody}`,
      todo: "move Ory's admin port into a network of its own, or ask for a key in front of it",
    })
  if (publicLetsIn && !isPublicSide && problems.length === 0)
    return cannotTell("ORY_PUBLIC_URL is not Ory's public side")
  const isUnknown = publicLetsIn === undefined && adminLetsIn === undefined
  return unless(problems, isUnknown ? cannotTell('neither side answers from here') : well(how()))

  function how(): string {
    if (adminLetsIn === undefined) return 'the admin side cannot be reached from here'
    return adminLetsIn
      ? 'the admin side has no public address, and does not answer at the public URL'
      : 'nobody is let in without a key'
  }
}
