/** What is used of WebAssembly: TypeScript declares it for browsers only. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer
  }
  const Memory: new (descriptor: { initial: number }) => Memory
  type Module = object
  const Module: new (bytes: Uint8Array<ArrayBuffer>) => Module
  interface Instance {
    readonly exports: object
  }
  const Instance: new (module: Module, imports: Record<string, Record<string, Memory>>) => Instance
  const RuntimeError: new () => Error
  const CompileError: new () => Error
}
