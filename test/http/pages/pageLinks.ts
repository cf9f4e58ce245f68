/** Names of XML vocabularies look like addresses, but nobody loads them. */
const VOCABULARY = /https?:\/\/www\.w3\.org\/(2000\/svg|1999\/xlink)/g

/** Addresses of other hosts in HTML, CSS or a script, with a scheme or without. */
export function externalUrls(text: string): string[] {
  return (
    text.replace(VOCABULARY, '').match(/https?:\/\/[^\s"')]+|(src|href)="\/\/[^"]*|url\(["']?\/\/[^)]*/g) ??
    []
  )
}

/** What a browser loads for a page: its scripts, style sheets and icons. */
export function loadedPaths(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="([^"#][^"]*)"/g)]
    .map((match) => match[1] ?? '')
    .filter((path) => !path.startsWith('data:'))
}
