import { bounds } from '@logbook/contracts/bounds.ts'
import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import type { Judge, Rule } from '@logbook/contracts/events/moderation.ts'
import { countLinks, fold, holdsWord, tokensOf } from './folded-text.ts'

export interface RulesInForce {
  rules: readonly Rule[]
  /** 0 is what Logbook comes with; each change counts one up. */
  version: number
}

export interface Verdict {
  status: VerdictStatus
  /** In the reader's words; empty where there is nothing to explain. */
  reason: string
  by: Judge
}

/** What a new Logbook judges by. */
export const defaultRules: RulesInForce = {
  rules: [{ kind: 'words', name: 'no-oranges', words: ['orange'], action: 'reject', enabled: true }],
  version: 0,
}

const statusOf = { reject: 'rejected', hold: 'pending', approve: 'approved' } as const satisfies Record<
  Rule['action'],
  VerdictStatus
>

/** What the rules ask of a text, worked out once for all of them. */
interface Reading {
  folded: string
  tokens: ReadonlySet<string>
  links: () => number
}

interface CompiledWord {
  word: string
  folded: string
  tokens: readonly string[]
}

const compiledWords = new WeakMap<Rule, readonly CompiledWord[]>()

const wordsOf = (rule: Rule & { kind: 'words' }): readonly CompiledWord[] => {
  const known = compiledWords.get(rule)
  if (known) return known
  const compiled = rule.words
    .map((word) => ({ word, folded: fold(word) }))
    // A word of nothing but invisible characters would be found everywhere.
    .filter(({ folded }) => folded !== '')
    .map((each) => ({ ...each, tokens: tokensOf(each.folded) }))
  compiledWords.set(rule, compiled)
  return compiled
}

const read = (content: string): Reading => {
  const folded = fold(content)
  let links: number | undefined
  return {
    folded,
    tokens: new Set(tokensOf(folded)),
    links: () => (links ??= countLinks(content)),
  }
}

const reasonOf = (rule: Rule, { folded, tokens, links }: Reading): string | undefined => {
  switch (rule.kind) {
    case 'words': {
      // Looking the tokens up first leaves few words to search for, whatever the length of the list.
      const found = wordsOf(rule).find(
        (each) =>
          each.tokens.every((token) => tokens.has(token)) && holdsWord({ text: folded, word: each.folded }),
      )
      return found && `Contains the word “${found.word}”`
    }
    case 'links': {
      const count = links()
      if (count <= rule.linksMax) return undefined
      return `Contains ${count} ${count === 1 ? 'link' : 'links'}, ${rule.linksMax === 0 ? 'and none is taken' : `more than ${rule.linksMax}`}`
    }
    default:
      return rule satisfies never
  }
}

/** What these rules say of a text: the first enabled one that matches decides, and where none does it is approved. Pure. */
export const judge = ({ rules, version }: RulesInForce, content: string): Verdict => {
  const reading = read(content)
  for (const rule of rules) {
    if (!rule.enabled) continue
    const reason = reasonOf(rule, reading)
    if (reason === undefined) continue
    return {
      status: statusOf[rule.action],
      reason: reason.slice(0, bounds.reasonCharsMax),
      by: { kind: 'rule', rule: rule.name, rulesVersion: version },
    }
  }
  return { status: 'approved', reason: '', by: { kind: 'default', rulesVersion: version } }
}
