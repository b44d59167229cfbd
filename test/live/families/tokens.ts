import { createClient, deleteClient, introspect, type Run, revoke, token } from '../family.ts'
import type { Random } from '../random.ts'
import { exchangeCode, signIn } from '../sign-in.ts'

const reshaped = (random: Random, text: string): string => {
  const parts = text.split('.')
  const signature = parts.at(-1) ?? ''
  const flipped = text.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))

  return random.pick([
    text,
    text,
    `.${signature}`,
    `x.${signature}`,
    signature,
    `ory_rt_${'A'.repeat(43)}.${signature}`,
    `${'A'.repeat(43)}.${signature}`,
    text.replace(/^ory_.._/, ''),
    text.replace(/^ory_.._/, 'ory_rt_'),
    text.replace(/^ory_.._/, 'ory_at_'),
    text.replace(/^ory_.._/, 'ory_xx_'),
    `${text}.`,
    `${text}.x`,
    `x.${text}`,
    flipped,
    `!.${signature}`,
    `${parts[0]}.!`,
    ` ${text}`,
    `${text} `,
    text.toUpperCase(),
    `.${parts[1] ?? ''}.${signature}`,
    `..${signature}`,
    `${parts[0]}..${signature}`,
    '',
  ])
}

/** Tokens whole and mutilated, at every endpoint that takes one. */
export const tokens: Run = async (server, random) => {
  const strategy = random.pick(['opaque', 'opaque', 'jwt'])
  const id = await createClient(server, 'token', { access_token_strategy: strategy })
  const stranger = await createClient(server, 'stranger')
  const own = await token(server, id, { grant_type: 'client_credentials', scope: 'read' })
  const { code } = await signIn(server, id)
  const issued = await exchangeCode(server, id, random.chance(0.8) ? code : reshaped(random, code))
  const held = {
    own: String(own.json['access_token']),
    access: String(issued.json['access_token']),
    refresh: String(issued.json['refresh_token']),
  }
  for (let asked = 0; asked < 5; asked += 1) {
    const which = random.pick(['own', 'access', 'refresh'] as const)
    const value = reshaped(random, held[which])
    const step = random.below(6)
    if (step === 0)
      await introspect(
        server,
        value,
        random.chance(0.3)
          ? {
              scope: random.pick(['read', 'write', 'openid read']),
              token_type_hint: 'refresh_token',
            }
          : {},
      )
    else if (step === 1) await revoke(server, random.chance(0.8) ? id : stranger, value)
    else if (step === 2)
      await server.send('public', {
        target: '/userinfo',
        headers: [['Authorization', `Bearer ${value}`]],
      })
    else if (step === 3) await introspect(server, value)
    else {
      const next = await token(server, random.chance(0.9) ? id : stranger, {
        grant_type: 'refresh_token',
        refresh_token: random.chance(0.5) ? held.refresh : value,
      })
      if (next.json['refresh_token']) {
        held.access = String(next.json['access_token'])
        if (random.chance(0.7)) held.refresh = String(next.json['refresh_token'])
      }
    }
    for (const text of Object.values(held)) await introspect(server, text)
  }
  await exchangeCode(server, id, code)
  await deleteClient(server, id)
  await deleteClient(server, stranger)
}
