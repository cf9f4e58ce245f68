import { readFileSync } from 'node:fs'
import path from 'node:path'

import ts from 'typescript'

import { repositoryRoot } from './repository.js'

/** Something that a source file imports. */
export interface Import {
  /** A source file, from the root of the repository, or the name of a package. */
  target: string
  isPackage: boolean
  /** Gone when the file is compiled. */
  isType: boolean
  /** Whether it is the script of a worker thread, in the same folder. */
  isThread: boolean
}

/** Everything that a source file imports, statically, as a type, when it runs, or as the script of a thread. */
export function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ES2022)
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, how: { isType?: boolean; isThread?: boolean } = {}) => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return
    const isPackage = !specifier.text.startsWith('.')
    // Other URLs name data, and the benchmark, which the command line loads when it is run.
    if (how.isThread === true && !/^\.\/.*\.js$/.test(specifier.text)) return
    const target = isPackage
      ? specifier.text
      : path.join(path.dirname(file), specifier.text.replace(/\.js$/, '.ts'))
    found.push({ target, isPackage, isType: false, isThread: false, ...how })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, { isType: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword })
    } else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, { isType: node.isTypeOnly })
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, { isType: true })
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0])
    } else if (ts.isNewExpression(node) && node.expression.getText(source) === 'URL') {
      add(node.arguments?.[0], { isThread: true })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

export function textOf(file: string): string {
  return readFileSync(path.join(repositoryRoot, file), 'utf8')
}
