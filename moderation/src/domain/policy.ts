import { bounds } from '@logbook/contracts/bounds.ts'
import type { VerdictStatus } from '@logbook/contracts/events/comments.ts'
import type { Judge, Rule } from '@logbook/contracts/events/moderation.ts'
import { containsWord, countLinks, fold, tokensOf } from './folded-text.ts'

export interface RulesInForce {
  rules: readonly Rule[]
  /** 0 for the default rules; each change adds one. */
  version: number
}

export interface Verdict {
  status: VerdictStatus
  /** A sentence for readers; empty if nothing needs an explanation. */
  reason: string
  by: Judge
}

/** The rules of a new Logbook. */
export const defaultRules: RulesInForce = {
  rules: [{ kind: 'words', name: 'no-oranges', words: ['orange'], action: 'reject', enabled: true }],
  version: 0,
}

const statusOf = { reject: 'rejected', hold: 'pending', approve: 'approved' } as const satisfies Record<
  Rule['action'],
  VerdictStatus
>

/** A text prepared once for all rules. */
interface FoldedContent {
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
    // A word of invisible characters alone folds to an empty string, which every text contains.
    .filter(({ folded }) => folded !== '')
    .map((each) => ({ ...each, tokens: tokensOf(each.folded) }))
  compiledWords.set(rule, compiled)
  return compiled
}

const read = (content: string): FoldedContent => {
  const folded = fold(content)
  let links: number | undefined
  return {
    folded,
    tokens: new Set(tokensOf(folded)),
    links: () => (links ??= countLinks(content)),
  }
}

const reasonOf = (rule: Rule, { folded, tokens, links }: FoldedContent): string | undefined => {
  switch (rule.kind) {
    case 'words': {
      // The token lookup rules out most words cheaply before the search.
      const found = wordsOf(rule).find(
        (each) =>
          each.tokens.every((token) => tokens.has(token)) &&
          containsWord({ text: folded, word: each.folded }),
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

/** Judges a text: the first enabled rule that matches decides; without a match the text is approved. Pure. */
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
