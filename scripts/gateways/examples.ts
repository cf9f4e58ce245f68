import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import ts from 'typescript'

/** Where the examples expect the server. */
const DOCUMENTED_URL = 'http://localhost:8000'

/** Copies the examples to a folder, for the server at another address; TypeScript is compiled. */
export async function copyExamples(from: string, to: string, url: string): Promise<void> {
  await rm(to, { recursive: true, force: true })
  await cp(from, to, { recursive: true })
  const files = await readdir(to, { recursive: true, withFileTypes: true })
  for (const entry of files.filter((one) => one.isFile())) {
    const file = path.join(entry.parentPath, entry.name)
    const text = (await readFile(file, 'utf8')).replaceAll(DOCUMENTED_URL, url)
    await writeFile(file, text)
    if (file.endsWith('.ts')) await writeFile(file.replace(/\.ts$/, '.js'), javaScriptOf(text))
  }
  await writeFile(path.join(to, 'package.json'), '{"private":true,"type":"module"}')
}

function javaScriptOf(text: string): string {
  const { ESNext: module } = ts.ModuleKind
  return ts.transpileModule(text, { compilerOptions: { module, target: ts.ScriptTarget.ES2022 } }).outputText
}
