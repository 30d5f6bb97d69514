/** Node has WebAssembly; TypeScript declares it only together with the browser's whole DOM. */
declare namespace WebAssembly {
  function instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: object } }>;
}
