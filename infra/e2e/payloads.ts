/** What a stored script looks like, by the trick that it plays; each calls `ran` if it is let. */
export const payloads: Readonly<Record<string, string>> = {
  script: '<script>ran(1)</script>',
  'an end of a script': '</script><script>ran(2)</script>',
  'an end of a title': '</title><script>ran(3)</script>',
  'an end of a text area': '</textarea><img src=x onerror=ran(4)>',
  'an end of an attribute': '" autofocus onfocus="ran(5)" x="',
  'an end of a comment': '--><svg onload=ran(6)>',
  image: '<img src=x onerror=ran(7)>',
  picture: '<svg><animate onbegin=ran(8) attributeName=x dur=1s>',
  frame: '<iframe srcdoc="<script>parent.ran(9)</script>"></iframe>',
  link: '[a](javascript:ran(11))',
  'link in disguise': '[a](java&#x09;script:ran(12)) <a href="&#1;javascript:ran(13)">b</a>',
  'link with data':
    '[a](data:text/html,<script>ran(14)</script>) ![b](data:image/svg+xml,<svg/onload=ran(15)>)',
  'reference to a link': '[a]\n\n[a]: vbscript:ran(16)',
  'a template': '$\u007bran(17)} {{constructor.constructor("ran(18)")()}} #{ran(19)}',
  'wide letters': '＜script＞ran(20)＜/script＞',
  'line separators': '\u2028ran(21)//\u2029</script\u00a0><script>ran(22)</script>',
  'a form': '<form action=javascript:ran(23)><button>c</button></form><base href=https://evil.example/>',
  'the end of CDATA': ']]><script xmlns="http://www.w3.org/1999/xhtml">ran(24)</script><![CDATA[',
  'an entity': '<!ENTITY x SYSTEM "file:///etc/passwd">&x;',
  // The last, since what comes after it is in a comment.
  'math that is none':
    '<math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror=ran(10)>">',
}

const isOneLine = (text: string): boolean => !/[\n\u2028\u2029]/.test(text)
/** Those that may stand where a line is asked for, cut to what a field takes. */
export const lines = (charsMax: number): string[] =>
  Object.values(payloads)
    .filter(isOneLine)
    .map((text) => text.slice(0, charsMax))
