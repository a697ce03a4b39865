import fc from 'fast-check'

/** What people write in a line. */
const spans = [
  ...[
    'word',
    'two words',
    'schön',
    '日本語',
    '😀',
    'a_b_c',
    '2 * 3',
    'x<y',
    'AT&T',
    '&copy;',
    '\\*',
    '"quoted"',
  ],
  ...['*em*', '_em_', '**strong**', '***both***', '**a *b* c**', '**😀**', '~gone~', '~~gone~~', '**~~a~~**'],
  ...[
    '`code`',
    '`` a`b ``',
    '[link](/a)',
    '[link](</a b> "title")',
    '[**b** `c`](http://a.b)',
    '[d]',
    '[d][]',
    '[e][d]',
  ],
  ...[
    '![alt *em*](/a.png)',
    '[![alt](/a.png)](/b)',
    '<b>raw</b>',
    '<br>',
    '<!-- no -->',
    '<https://a.b/c>',
    '<a@b.co>',
  ],
  ...[
    'http://a.b/c?d=e&f',
    'https://a.b.',
    '(https://a.b/c_(d))',
    'www.a.b',
    'a.b@c.de',
    'no@mail',
    '[^n]',
    '[^x]',
    '[a] b',
  ],
]

/** What people write in a block, around a line. */
const blocks: ((line: string) => string)[] = [
  ...['', '# ', '### ', '> ', '- ', '* ', '1. ', '3) ', '- [ ] ', '- [x] ', '  - ', '> - ', '- > '].map(
    (start) => (line: string) => start + line,
  ),
  (line) => `${line}\nmore`,
  (line) => `${line}  \nmore`,
  (line) => `${line}\\\nmore`,
  (line) => `- a\n- ${line}\n\n  b`,
  (line) => `1. a\n   - ${line}\n2. c`,
  (line) => `> ${line}\n> - b\nlazy`,
  (line) => `| a | ${line} |\n|:--|-:|\n| ${line} | c |\n| d |`,
  (line) => `\`\`\`js\n${line}\n\`\`\``,
  (line) => `~~~\n${line}\n\n~~~`,
  (line) => `<div class="a">\n${line}\n</div>`,
  (line) => `<details>\n\n${line}\n\n</details>`,
  (line) => `${line}\n===`,
  () => '---',
]

const line = fc
  .array(fc.constantFrom(...spans), { minLength: 1, maxLength: 5 })
  .map((found) => found.join(' '))
const block = fc.tuple(fc.constantFrom(...blocks), line).map(([make, text]) => make(text))

/** Texts of several blocks such as people write. `[d]` and `[^n]` are not defined in them. */
export const written = fc.array(block, { minLength: 1, maxLength: 6 }).map((found) => found.join('\n\n'))
