import { sendVote } from '../app/features/comments/send.ts'

const show = (form: HTMLFormElement, value: number, score: number): void => {
  form.dataset.vote = String(value)
  for (const button of form.querySelectorAll<HTMLButtonElement>('[data-pressed]')) {
    const pressed = Number(button.dataset.pressed)
    button.ariaPressed = String(pressed === value)
    button.value = String(pressed === value ? 0 : pressed)
  }
  const output = form.querySelector('output')
  if (output) output.textContent = String(score)
}

/** Shows a vote at once, and takes it back with a word if it could not be counted. */
const vote = async (form: HTMLFormElement, value: number): Promise<void> => {
  if (form.ariaBusy === 'true') return
  const [given, score] = [Number(form.dataset.vote), Number(form.querySelector('output')?.textContent)]
  const problem = form.querySelector('.vote-problem')
  if (problem) problem.textContent = ''
  form.ariaBusy = 'true'
  show(form, value, score - given + value)
  const id = String(new FormData(form).get('id'))
  const sent = await sendVote({ id, value })
  form.ariaBusy = null
  if (sent.ok) return
  show(form, given, score)
  if (problem) problem.textContent = `Your vote was not counted. ${sent.problem}`
}

export const keepVotes = (): void => {
  document.addEventListener('submit', (event) => {
    const { target, submitter } = event
    if (!(target instanceof HTMLFormElement) || !target.matches('.vote')) return
    event.preventDefault()
    if (submitter instanceof HTMLButtonElement) void vote(target, Number(submitter.value))
  })
}
