import { readFile } from 'node:fs/promises';

/**
 * Bytes that the kernel holds for the connections of a port of 127.0.0.1, acknowledged by nobody yet, also for those
 * that their process has closed (proc_net_tcp). Empty where the system doesn't tell.
 */
export async function sendBuffers(port: number): Promise<number[]> {
  const text = await readFile('/proc/net/tcp', 'utf8').catch(() => '');
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return text.split('\n').flatMap((line) => {
    // Number, local address, remote address, state, bytes to send : bytes to read.
    const [, address, , , queues] = line.trim().split(/\s+/);
    return address?.endsWith(local) ? [Number.parseInt(queues ?? '', 16)] : [];
  });
}
