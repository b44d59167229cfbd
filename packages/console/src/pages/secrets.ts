import type { Source, ToldSecret } from '../documents.ts'
import { actionForm, type Frame, saidByCommand } from '../form.ts'
import {
  command,
  facts,
  type Html,
  html,
  known,
  section,
  sentence,
  span,
  table,
  time,
  word,
} from '../html.ts'
import type { Page } from '../layout.ts'
import { rotationTone } from '../rotation-tone.ts'

/** Every configured secret: its versions, what overlaps and until when, and what to do. No value. */
export async function secretsPage(source: Source, frame: Frame, now: number): Promise<Page> {
  const secrets = await source.secrets()
  return {
    title: 'secrets',
    // To look at a secret tries it at Ory.
    isLive: false,
    content: [
      saidByCommand('lapse rotate --status', frame),
      known(secrets, (all) => listed(all, frame, now)),
    ],
  }
}

function listed(secrets: readonly ToldSecret[], frame: Frame, now: number): Html {
  if (secrets.length === 0) return html`<p>No secret is configured.</p>`
  return html`${secrets.map((secret, index) =>
    section(`secret-${index}`, secret.secretId, secretOf(secret, index, frame, now)),
  )}`
}

function secretOf(secret: ToldSecret, index: number, frame: Frame, now: number): readonly Html[] {
  const { secretId, verdict, problem, next, stages, rotationEnabled, strategy, phase, overlap } =
    secret
  const rows = Object.entries(stages).flatMap(([version, names]) =>
    names.map((name) => [name, html`<span class="id">${version}</span>`]),
  )
  return [
    facts([
      [
        'verdict',
        html`${word(rotationTone(secret), verdict)} ${problem === undefined ? '' : sentence(problem)}`,
      ],
      ...(next === undefined ? [] : [['what to do', command(next)] as const]),
      ['rotation', rotationEnabled ? 'by itself' : word('bad', 'not enabled')],
      ['strategy', strategy === undefined ? 'not decided yet' : `${strategy}, ${phase ?? ''}`],
      ...(secret.nextRotationAt === undefined
        ? []
        : [['next rotation', html`by ${iso(secret.nextRotationAt)}`] as const]),
      ...(overlap === undefined
        ? []
        : [
            [
              'overlap',
              html`what is not at AWSCURRENT may work until ${iso(overlap.retireAt)}`,
            ] as const,
          ]),
    ]),
    axis(secret, now),
    ...(rows.length === 0 ? [] : [table(`versions of ${secretId}`, ['stage', 'version'], rows)]),
    actionForm(frame, {
      name: 'rotate',
      does: 'Rotate',
      command: `lapse rotate ${secretId}`,
      hidden: { secret: secretId },
      typed: { what: `the secret’s name, ${secretId},`, id: `rotate-${index}` },
    }),
  ]
}

function iso(at: number): Html {
  return time(new Date(at).toISOString())
}

const width = 600

/** What works when: the value in use since it was made, what overlaps, the next rotation. */
function axis({ ageMs, overlap, nextRotationAt, startedAt }: ToldSecret, now: number): Html {
  if (ageMs === undefined) return html``
  const from = now - ageMs
  const end = Math.max(nextRotationAt ?? 0, overlap?.retireAt ?? 0, now + ageMs / 10 + 1)
  const start = Math.min(from, startedAt ?? from)
  const at = (time: number) => Math.round(((time - start) / (end - start)) * width)
  const says = [
    `In use for ${span(ageMs)}`,
    ...(overlap === undefined ? [] : [overlapText(overlap.retireAt - now)]),
    ...(nextRotationAt === undefined
      ? []
      : [`the next rotation is due in ${span(Math.max(0, nextRotationAt - now))}`]),
  ].join('; ')
  return html`<figure class="axis"><svg viewBox="0 0 ${width} 48" preserveAspectRatio="none" role="img" aria-label="${says}">
<line class="base" x1="0" y1="40" x2="${width}" y2="40"/>
<rect class="used" x="${at(from)}" y="6" width="${Math.max(2, at(end) - at(from))}" height="12" rx="3"/>
${overlap === undefined ? '' : html`<rect class="overlap" x="${at(start)}" y="22" width="${Math.max(2, at(overlap.retireAt) - at(start))}" height="12" rx="3"/>`}
<line class="now" x1="${at(now)}" y1="2" x2="${at(now)}" y2="46"/>
</svg><figcaption>${says}. The upright line is now${overlap === undefined ? '' : '; the lower bar is what overlaps'}.</figcaption></figure>`
}

function overlapText(leftMs: number): string {
  return leftMs > 0
    ? `the one before may work for another ${span(leftMs)}`
    : 'the one before is for the sweep to retire'
}
