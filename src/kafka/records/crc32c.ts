/** Castagnoli's polynomial (RFC 3720), reflected. */
const POLYNOMIAL = 0x82f63b78;
const BYTES_AT_ONCE = 8;

/**
 * 8 tables of 256 numbers: the contribution of a byte that is followed by 0 … 7 bytes ("slicing by eight", Kounavis and
 * Berry 2005). Signed, because V8 computes fastest with small integers.
 */
const TABLES = makeTables();

/** CRC-32C of bytes as an unsigned number: the checksum of Kafka's record batches. */
export function crc32c(bytes: Uint8Array): number {
  const t = TABLES;
  const whole = bytes.length - (bytes.length % BYTES_AT_ONCE);
  let crc = -1;
  let i = 0;
  for (; i < whole; i += BYTES_AT_ONCE) {
    crc ^=
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    crc =
      (t[1792 + (crc & 0xff)] as number) ^
      (t[1536 + ((crc >>> 8) & 0xff)] as number) ^
      (t[1280 + ((crc >>> 16) & 0xff)] as number) ^
      (t[1024 + (crc >>> 24)] as number) ^
      (t[768 + (bytes[i + 4] as number)] as number) ^
      (t[512 + (bytes[i + 5] as number)] as number) ^
      (t[256 + (bytes[i + 6] as number)] as number) ^
      (t[bytes[i + 7] as number] as number);
  }
  for (; i < bytes.length; i++) crc = (t[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function makeTables(): Int32Array {
  const tables = new Int32Array(256 * BYTES_AT_ONCE);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let i = 256; i < tables.length; i++) {
    const shorter = tables[i - 256] as number;
    tables[i] = (tables[shorter & 0xff] as number) ^ (shorter >>> 8);
  }
  return tables;
}
