import type { DoctorDocument, Source } from '../documents.ts'
import { type Frame, saidByCommand } from '../form.ts'
import { type Html, html, known, section, sentence, type Tone, word } from '../html.ts'
import type { Page } from '../layout.ts'

const tones: Readonly<Record<string, Tone>> = {
  well: 'good',
  wrong: 'bad',
  'cannot-tell': 'unknown',
}

/** Whether everything is as it should be, check by check; what is wrong first. */
export async function doctorPage(source: Source, frame: Frame): Promise<Page> {
  const examined = await source.doctor()
  return {
    title: 'doctor',
    isLive: false,
    content: [saidByCommand('lapse doctor', frame), known(examined, checksOf)],
  }
}

function checksOf({ counts, checks }: DoctorDocument): Html {
  const of = (outcome: string) => checks.filter((each) => each.outcome === outcome)
  return html`<p class="verdict">${word(counts.wrong === 0 ? 'good' : 'bad', `${counts.wrong} wrong`)}, ${word('unknown', `${counts.cannot_tell} cannot be told`)}, ${word('good', `${counts.well} well`)}</p>
${['wrong', 'cannot-tell', 'well'].map((outcome) => {
  const some = of(outcome)
  return some.length === 0 ? '' : section(outcome, outcome.replace('-', ' '), checkList(some))
})}`
}

function checkList(checks: DoctorDocument['checks']): Html {
  return html`<ul class="checks">${checks.map(
    ({ about, outcome, says, problems }) =>
      html`<li><h3>${word(tones[outcome] ?? 'plain', about)}</h3>${says === '' ? '' : html`<p>${sentence(says)}</p>`}${problems.map(
        (problem) => html`<p>${sentence(problem.says)}</p><p>do: ${sentence(problem.do)}</p>`,
      )}</li>`,
  )}</ul>`
}
