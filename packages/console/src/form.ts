import type { ActionName } from './documents.ts'
import { command, type Html, html } from './html.ts'

/** What every page is given besides what it shows. */
export interface Frame {
  /** Goes with every POST. */
  readonly token: string
  /** Appended to every command. */
  readonly suffix: string
  /** Whether an action is offered here. */
  readonly may: (name: ActionName) => boolean
  /** Where the page is, to come back to. */
  readonly path: string
}

export interface ActionForm {
  readonly name: ActionName
  /** What the button says. */
  readonly does: string
  /** The command that it runs. */
  readonly command?: string
  /** Said instead where no command does the same. */
  readonly aside?: string
  readonly hidden?: Readonly<Record<string, string>>
  /** What is filled in. */
  readonly fields?: Html | readonly Html[]
  /** What has to be typed out first, where something is destroyed. */
  readonly typed?: { readonly what: string; readonly id: string }
}

/** That a command says the same as a page. */
export function saidByCommand(line: string, { suffix }: Frame): Html {
  return html`<p>${command(`${line}${suffix}`)} says the same in a terminal.</p>`
}

/** A button, and beside it the command that does the same; the command alone where it is not offered. */
export function actionForm(frame: Frame, form: ActionForm): Html {
  const shown =
    form.command === undefined
      ? html`<span class="aside">${form.aside}</span>`
      : command(`${form.command}${frame.suffix}`)
  if (!frame.may(form.name)) return html`<p class="action">${shown}</p>`
  const { typed, hidden = {} } = form
  return html`<form method="post" action="/do/${form.name}" class="action" autocomplete="off">
<input type="hidden" name="token" value="${frame.token}"><input type="hidden" name="back" value="${frame.path}">
${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${form.fields}
${typed === undefined ? '' : html`<label for="${typed.id}">Type ${typed.what} to do this</label><input id="${typed.id}" name="typed" required spellcheck="false">`}
<button${typed === undefined ? '' : html` class="destroys"`}>${form.does}</button> ${shown}
</form>`
}
