import { sendsMail } from './sends-mail.ts'

type Field = HTMLInputElement | HTMLTextAreaElement

const fields = '[data-keep],[data-keep-lasting]'

/** Storage may be full or forbidden: then a text is kept no longer than the page. */
const inStorage = <Result>(
  field: Field,
  act: (storage: Storage, key: string) => Result,
): Result | undefined => {
  const { keep, keepLasting } = field.dataset
  try {
    return act(keep ? sessionStorage : localStorage, keep ?? keepLasting ?? '')
  } catch {
    return undefined
  }
}

const keep = (field: Field): void => {
  inStorage(field, (storage, key) =>
    field.value === '' || field.value === field.defaultValue
      ? storage.removeItem(key)
      : storage.setItem(key, field.value),
  )
}

/** Empties a field, here and where it was kept. */
export const forgetField = (field: Field): void => {
  field.value = ''
  inStorage(field, (storage, key) => storage.removeItem(key))
}

/** The offer of mails appears with an e-mail, where the blog sends mail. */
const showOffer = async (offer: HTMLElement, email: HTMLInputElement | null | undefined): Promise<void> => {
  const isWithout = () => email?.hidden !== false || email.value.trim() === ''
  offer.hidden = isWithout() || !(await sendsMail()) || isWithout()
}

/** The e-mail field appears with a name. */
const showEmail = (root: ParentNode): void => {
  for (const name of root.querySelectorAll<HTMLInputElement>('.comment-form [name="name"]')) {
    const email = name.form?.querySelector<HTMLInputElement>('[name="email"]')
    const replies = name.form?.querySelector<HTMLElement>('.replies')
    if (email) email.hidden = name.value.trim() === ''
    if (replies) void showOffer(replies, email)
  }
}

/** Puts into fields what this browser kept, unless something else was typed there already. */
export const recallFields = (root: ParentNode): void => {
  for (const field of root.querySelectorAll<Field>(fields)) {
    const kept = inStorage(field, (storage, key) => storage.getItem(key))
    if (kept && field.value === field.defaultValue) field.value = kept
  }
  showEmail(root)
}

/** Keeps what is typed until it is sent, so that it survives a reload. */
export const keepFields = (): void => {
  document.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return
    if (target.matches(fields)) keep(target)
    if (target.form && /^(?:name|email)$/.test(target.name)) showEmail(target.form)
  })
}
