import type { QuestionTopicStatus } from '@logbook/contracts/http/questions.ts'
import type { Question, WaitingClaim } from './question.ts'

interface Topic {
  waiting: Question[]
  claims: WaitingClaim[]
  /** Questions under way, those that wait and those that are held. */
  open: number
}

/** Deals questions out to claims in turn, until the claims are full or no question is left. */
const dealt = ({ waiting, claims }: Topic): Map<WaitingClaim, Question[]> => {
  const hands = new Map<WaitingClaim, Question[]>()
  for (let full = false; waiting.length > 0 && !full; ) {
    full = true
    for (const claim of claims) {
      const hand = hands.get(claim) ?? []
      if (hand.length === claim.max) continue
      const question = waiting.shift()
      if (question === undefined) break
      hand.push(question)
      hands.set(claim, hand)
      full = false
    }
  }
  return hands
}

/** Topics with open questions or waiting claims. They exist only then, so that none has to be created or deleted. */
export class Topics {
  readonly #topics = new Map<string, Topic>()
  readonly #lease: (question: Question, claim: WaitingClaim) => void
  #matching = new Set<string>()

  constructor({ lease }: { lease: (question: Question, claim: WaitingClaim) => void }) {
    this.#lease = lease
  }

  get size(): number {
    return this.#topics.size
  }

  has(name: string): boolean {
    return this.#topics.has(name)
  }

  /** Questions of the topic under way. */
  openIn(name: string): number {
    return this.#topics.get(name)?.open ?? 0
  }

  /** Claims of the topic that wait. */
  answerersOf(name: string): number {
    return this.#topics.get(name)?.claims.length ?? 0
  }

  add(question: Question): void {
    const topic = this.#of(question.topic)
    topic.open += 1
    topic.waiting.push(question)
    this.#matchSoon(question.topic)
  }

  /** Offers a question whose lease ended to the next answerer, before questions that were not tried yet. */
  again(question: Question): void {
    this.#of(question.topic).waiting.unshift(question)
    this.#matchSoon(question.topic)
  }

  /** Removes a question that has ended. */
  remove(question: Question): void {
    const topic = this.#topics.get(question.topic)
    if (topic === undefined) return
    topic.open -= 1
    const index = question.lease === undefined ? topic.waiting.indexOf(question) : -1
    if (index !== -1) topic.waiting.splice(index, 1)
    this.#forgetIdle(question.topic)
  }

  wait(name: string, claim: WaitingClaim): void {
    this.#of(name).claims.push(claim)
    this.#matchSoon(name)
  }

  leave(name: string, claim: WaitingClaim): void {
    const topic = this.#topics.get(name)
    const index = topic?.claims.indexOf(claim) ?? -1
    if (index !== -1) topic?.claims.splice(index, 1)
    this.#forgetIdle(name)
  }

  statuses(): QuestionTopicStatus[] {
    return [...this.#topics].map(([topic, { waiting, claims, open }]) => ({
      topic,
      waiting: waiting.length,
      held: open - waiting.length,
      answerers: claims.length,
    }))
  }

  #of(name: string): Topic {
    const known = this.#topics.get(name)
    if (known !== undefined) return known
    const topic: Topic = { waiting: [], claims: [], open: 0 }
    this.#topics.set(name, topic)
    return topic
  }

  #forgetIdle(name: string): void {
    const topic = this.#topics.get(name)
    if (topic?.open === 0 && topic.claims.length === 0) this.#topics.delete(name)
  }

  /** Deferred to the end of the tick, so that the questions of one request are shared among claims. */
  #matchSoon(name: string): void {
    if (this.#matching.has(name)) return
    this.#matching.add(name)
    queueMicrotask(() => {
      this.#matching.delete(name)
      this.#match(name)
    })
  }

  #match(name: string): void {
    const topic = this.#topics.get(name)
    if (topic === undefined) return
    for (const [claim, questions] of dealt(topic)) {
      topic.claims.splice(topic.claims.indexOf(claim), 1)
      for (const question of questions) this.#lease(question, claim)
      claim.give(questions)
    }
    this.#forgetIdle(name)
  }
}
