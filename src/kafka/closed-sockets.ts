import Connection from 'kafkajs/src/network/connection.js';

/**
 * While a broker is away kafkajs ends each of its connections again and again, also one whose socket has long been closed.
 * Such a socket keeps a listener each time, and Node warns of a leak at the eleventh. Here a connection forgets a socket
 * that is closed; it makes a new one when it connects. kafkajs has no option for this: what it does inside is altered, so
 * its version is pinned.
 */
export function forgetClosedSockets(): void {
  const disconnect = Connection.prototype.disconnect;
  Connection.prototype.disconnect = async function () {
    if (this.socket?.destroyed) this.socket = null;
    return await disconnect.call(this);
  };
}
