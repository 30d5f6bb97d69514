declare module 't-a-i' {
  interface Conversions {
    unixToAtomic(unixMilliseconds: number): number;
  }
  const tai: { readonly oneToOne: Conversions };
  export default tai;
}
