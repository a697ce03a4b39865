import { useEffect, useRef, useState } from 'react'
import { useFetcher, useNavigate } from 'react-router'
import { newKey } from '../page/key.ts'
import { type Clash, type Draft, isSameDraft, type Saved } from './draft.ts'
import { forgetDraft, keepDraft, recallDraft } from './kept-draft.ts'

/** The post that is being written, as the services know it. */
export interface Stored {
  id: string | undefined
  slug: string
  status: 'draft' | 'published'
  version: number
  draft: Draft
}

export type Intent = 'save' | 'publish'

const formOf = ({
  draft,
  stored,
  intent,
  key,
}: {
  draft: Draft
  stored: Stored
  intent: Intent
  key: string
}) => {
  const form = new FormData()
  for (const [name, value] of Object.entries(draft)) form.set(name, value)
  form.set('version', String(stored.version))
  form.set('intent', intent)
  form.set('key', key)
  form.set('stay', 'true')
  return form
}

/** Stores typed text in the browser from the first letter, and restores what an earlier visit left. */
const useKeeping = ({
  draft,
  stored,
  restore,
}: {
  draft: Draft
  stored: Stored
  restore: (kept: { draft: Draft; version: number }) => void
}) => {
  const begun = useRef({ id: stored.id, draft: stored.draft, restore })
  useEffect(() => {
    const { id, draft: loaded, restore: give } = begun.current
    const kept = recallDraft(id)
    if (kept && !isSameDraft(kept.draft, loaded)) give(kept)
  }, [])
  useEffect(() => {
    if (!isSameDraft(draft, stored.draft)) keepDraft(stored.id, { draft, version: stored.version })
  }, [draft, stored])
}

/** A key for each text and intent: trying the same again is the same command, a changed text is another. */
const useCommandKey = () => {
  const last = useRef({ of: '', key: '' })
  return (command: unknown): string => {
    const of = JSON.stringify(command)
    if (last.current.of !== of) last.current = { of, key: newKey() }
    return last.current.key
  }
}

const writePath = (id: string | undefined): string => (id ? `/write/${id}` : '/write')

/** After a clash without scripts, whose page shows both texts, the next save builds on the other one. */
const storedAt = (loaded: Stored, answered: Saved | undefined): Stored =>
  answered?.kind === 'clash' || answered?.kind === 'merged'
    ? { ...loaded, version: answered.version, draft: answered.theirs }
    : loaded

/** What the last save led to, or what was chosen after a clash. */
export type Outcome = Saved | { kind: 'taken' }

interface ChoicesOptions {
  draft: Draft
  /** Makes the other text the one that the next save builds on, and puts a draft into the form. */
  put: (version: number, theirs: Draft, to: { draft: Draft; outcome: Outcome | undefined }) => void
  onKeepMine: (clash: Clash) => void
  onTakeTheirs: () => void
}

/** What an author may choose where two texts clash. */
const useChoices = ({ draft, put, onKeepMine, onTakeTheirs }: ChoicesOptions) => {
  /** What was typed, once another text took its place in the form. */
  const [aside, setAside] = useState<{ draft: Draft; clash: Clash }>()
  const putAway = (clash: Clash, to: { draft: Draft; outcome: Outcome }) => {
    setAside({ draft, clash })
    put(clash.version, clash.theirs, to)
  }
  return {
    keepMine: (clash: Clash) => {
      put(clash.version, clash.theirs, { draft, outcome: undefined })
      onKeepMine(clash)
    },
    takeTheirs: (clash: Clash) => {
      putAway(clash, { draft: clash.theirs, outcome: { kind: 'taken' } })
      onTakeTheirs()
    },
    merge: async (clash: Clash) => {
      const { theirs, version, base } = clash
      const { mergeDrafts } = await import('./merge.ts')
      const merged = mergeDrafts({ base: base ?? theirs, mine: draft, theirs })
      putAway(clash, { draft: merged.draft, outcome: { kind: 'merged', version, theirs, ...merged } })
    },
    putBack:
      aside === undefined
        ? undefined
        : () => put(aside.clash.version, aside.clash.theirs, { draft: aside.draft, outcome: undefined }),
  }
}

/** The composer's state: what is typed, what is stored, what the last save said. */
export const useDraft = (loaded: Stored, answered: Saved | undefined) => {
  const [stored, setStored] = useState(() => storedAt(loaded, answered))
  const [draft, setDraft] = useState(answered?.draft ?? loaded.draft)
  const [isRestored, setRestored] = useState(false)
  const [outcome, setOutcome] = useState<Outcome | undefined>(answered)
  const fetcher = useFetcher<Saved>()
  const navigate = useNavigate()
  const keyFor = useCommandKey()
  useKeeping({
    draft,
    stored,
    restore: (kept) => {
      // What was kept before a field came to be does not have it.
      setDraft({ ...loaded.draft, ...kept.draft })
      setStored({ ...loaded, version: kept.version || loaded.version })
      setRestored(true)
    },
  })

  const intent = useRef<Intent>('save')
  const sentSlug = useRef(draft.slug)
  const save = (wanted: Intent, version = stored.version) => {
    if (fetcher.state !== 'idle') return
    intent.current = wanted
    sentSlug.current = draft.slug
    const key = keyFor({ draft, wanted, version })
    const form = formOf({ draft, stored: { ...stored, version }, intent: wanted, key })
    void fetcher.submit(form, { method: 'post', action: writePath(stored.id) })
  }
  const settle = useRef((_: Saved) => {})
  settle.current = (answer) => {
    setOutcome(answer)
    if (answer.kind !== 'saved') return
    setRestored(false)
    forgetDraft(stored.id)
    setStored(answer)
    // Where the one that was wished for is another post's, it has a number after it.
    setDraft((now) => (now.slug === sentSlug.current ? { ...now, slug: answer.slug } : now))
    if (intent.current === 'publish') void navigate(`/posts/${encodeURIComponent(answer.slug)}`)
    // The address becomes the post's own, without a navigation that would take the caret away.
    else if (stored.id === undefined)
      window.history.replaceState(window.history.state, '', writePath(answer.id))
  }
  useEffect(() => {
    if (fetcher.data) settle.current(fetcher.data)
  }, [fetcher.data])

  const choices = useChoices({
    draft,
    put: (version, theirs, to) => {
      setStored({ ...stored, version, draft: theirs })
      setDraft(to.draft)
      setOutcome(to.outcome)
    },
    onKeepMine: ({ version }) => save(intent.current, version),
    onTakeTheirs: () => forgetDraft(stored.id),
  })
  return {
    draft,
    stored,
    outcome,
    isRestored,
    isBusy: fetcher.state !== 'idle',
    isDirty: !isSameDraft(draft, stored.draft),
    change: (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part })),
    save,
    discardRestored: () => {
      forgetDraft(stored.id)
      setDraft(loaded.draft)
      setStored(loaded)
      setRestored(false)
    },
    ...choices,
  }
}
