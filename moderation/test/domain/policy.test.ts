import { anyText } from '@logbook/chassis/testing/any-text.ts'
import { workOf, workOnceOf } from '@logbook/chassis/testing/work.ts'
import type { Rule } from '@logbook/contracts/events/moderation.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countLinks, fold } from '../../src/domain/folded-text.ts'
import { defaultRules, judge } from '../../src/domain/policy.ts'

const words = (list: string[], rule: Partial<Rule> = {}): Rule =>
  ({ kind: 'words', name: 'words', words: list, action: 'reject', enabled: true, ...rule }) as Rule
const links = (linksMax: number, rule: Partial<Rule> = {}): Rule =>
  ({ kind: 'links', name: 'links', linksMax, action: 'hold', enabled: true, ...rule }) as Rule
const statusOf = (rules: Rule[], content: string) => judge({ rules, version: 3 }, content).status

describe('a new Logbook', () => {
  it.each([
    'I like an orange now and then',
    'ORANGE',
    'Orange, please.',
    '“orange”',
    '_orange_',
    '**orange**',
    '#orange',
    'an orange',
    'o\u200brange',
    'or\u00adange',
    '\uff4f\uff52\uff41\uff4e\uff47\uff45',
    '\ud83c\udf4aorange\ud83c\udf4a',
  ])('the default rules reject %j', (content) => {
    expect(judge(defaultRules, content)).toEqual({
      status: 'rejected',
      reason: 'Contains the word “orange”',
      by: { kind: 'rule', rule: 'no-oranges', rulesVersion: 0 },
    })
  })

  it.each(['oranges', 'orangery', 'blorange', 'orange2', 'orangé', 'an apple', 'ora nge', '橙orange橙', ''])(
    'the default rules approve %j',
    (content) => {
      expect(judge(defaultRules, content)).toEqual({
        status: 'approved',
        reason: '',
        by: { kind: 'default', rulesVersion: 0 },
      })
    },
  )
})

describe('a rule of words', () => {
  it.each([
    ['straße', 'STRASSE', true],
    ['ὀδός', 'ὈΔΌΣ', true],
    ['buy now', 'please BUY \n now!', true],
    ['buy now', 'buy it now', false],
    ['buy now', 'rebuy now', false],
    ['c++', 'I write C++ daily', true],
    ['c++', 'vitamin c', false],
    ['don’t', 'I don’t', true],
    ['🍊', 'so 🍊🍊', true],
    ['cafe\u0301', 'CAFÉ', true],
    ['\u200b', 'anything at all', false],
    ['नमस्ते', 'नमस्ते दुनिया', true],
    ['नमस्', 'नमस्ते', false],
  ])('a rule for the word %j applied to %j matches: %s', (word, content, found) => {
    expect(statusOf([words([word])], content)).toBe(found ? 'rejected' : 'approved')
  })

  it('a rule of words finds a whole word after a partial match', () => {
    expect(statusOf([words(['orange'])], 'orangery orange')).toBe('rejected')
  })

  it('the reason names the word as the moderator wrote it', () => {
    expect(judge({ rules: [words(['pear', 'Orange'])], version: 1 }, 'ORANGE').reason).toBe(
      'Contains the word “Orange”',
    )
  })

  it('the reason fits into an event, however long the word', () => {
    const reason = judge({ rules: [words(['ﷺ'.repeat(100)])], version: 1 }, 'ﷺ'.repeat(100)).reason
    expect(reason.length).toBeLessThanOrEqual(500)
  })
})

describe('a rule of links', () => {
  it.each([
    ['https://a.example and http://b.example', 2],
    ['HTTPS://A.EXAMPLE', 1],
    ['[text](https://a.example)', 1],
    ['<a href="//a.example">', 1],
    ['see www.example.com', 1],
    ['https://www.example.com/a//b', 1],
    ['mail me at a@www.example.com', 0],
    ['1 // 2 and a//b', 0],
    ['h\u200bttps://a.example', 1],
    ['none', 0],
  ])('a rule of links counts in %j %i', (content, count) => {
    expect(countLinks(content)).toBe(count)
  })

  it('a rule of links matches above its limit, not at it', () => {
    expect(statusOf([links(1)], 'http://a.example')).toBe('approved')
    expect(statusOf([links(1)], 'http://a.example http://b.example')).toBe('pending')
    expect(statusOf([links(0)], 'http://a.example')).toBe('pending')
  })
})

describe('rules together', () => {
  it('the first rule that matches decides', () => {
    const approve = words(['hello'], { name: 'friends', action: 'approve' })
    expect(statusOf([approve, words(['orange'])], 'hello orange')).toBe('approved')
    expect(statusOf([words(['orange']), approve], 'hello orange')).toBe('rejected')
  })

  it('disabled rules are skipped', () => {
    expect(statusOf([words(['orange'], { enabled: false }), links(0)], 'orange')).toBe('approved')
  })

  it('a verdict names the rule and the version of the rule set', () => {
    expect(judge({ rules: [words(['orange'])], version: 3 }, 'orange').by).toEqual({
      kind: 'rule',
      rule: 'words',
      rulesVersion: 3,
    })
  })
})

describe('any text', () => {
  it('folding any text twice gives the same as once', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(fold(fold(text))).toBe(fold(text))
      }),
    )
  })

  it('a word between spaces is found in any text, in any case', () => {
    const word = fc.stringMatching(/^[a-zäöüßéñ]{1,12}$/)
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        word,
        fc.string({ unit: 'grapheme' }),
        (before, it, after) => {
          for (const written of [it, it.toUpperCase(), it.normalize('NFD')])
            expect(statusOf([words([it])], `${before} ${written} ${after}`)).toBe('rejected')
        },
      ),
    )
  })

  const full = Array.from({ length: 200 }, (_, rule) =>
    words(
      Array.from({ length: 500 }, (_, word) => `a a${rule} ${word}`),
      { name: `r${rule}` },
    ),
  )
  const rules = [...full.slice(1), words(['a'.repeat(99), 'orange orange', '//', 'o']), links(1_000)]
  const judged = (text: string) => judge({ rules, version: 1 }, text)
  // Which the rules hardly look at: what is left is to go through all their words once.
  const workOfFewWords = workOnceOf(() => judged('A few words.'))
  it.each([
    ['one letter', 'a'.repeat(10_000)],
    ['words that almost match', 'orangeorang '.repeat(833)],
    ['invisible characters', '\u200b'.repeat(10_000)],
    ['marks on one letter', `o${'\u0301'.repeat(9_999)}`],
    ['a character that folds to eighteen', '\ufdfa'.repeat(10_000)],
    ['slashes', '/'.repeat(10_000)],
    ['links', 'http://'.repeat(1_428)],
    ['white space', ' '.repeat(10_000)],
  ])(
    'judging ten thousand characters of %s by a full rule set costs little more than by a few words',
    (_name, content) => {
      const workMax = 20 * workOfFewWords()
      expect(workOf(() => judged(content))).toBeLessThan(workMax)
    },
  )
})
